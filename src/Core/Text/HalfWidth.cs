namespace KenshinOtp.Text;

/// <summary>Folds the full-width forms that a Japanese keyboard produces (０１２, ＡＢＣ, ＠) to ASCII.</summary>
public static class HalfWidth
{
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private const int Offset = 0xFEE0;
    private const char IdeographicSpace = '\u3000';

    /// <summary>The text with U+FF01–U+FF5E as U+0021–U+007E and U+3000 as a space; all else as it was.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            span[i] = source[i] switch
            {
                >= FirstFullWidth and <= LastFullWidth => (char)(source[i] - Offset),
                IdeographicSpace => ' ',
                var other => other,
            };
        }
    });
}
