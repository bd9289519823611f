using System.Text.RegularExpressions;

namespace KenshinOtp.Text;

/// <summary>Folds the full-width forms that a Japanese keyboard produces (０１２, ＡＢＣ, ＠) to ASCII.</summary>
public static partial class HalfWidth
{
    /// <summary>What keyboards and copied text have for a hyphen: hyphens (U+2010, U+2011), dashes (U+2012 to U+2015), minus (U+2212), and the sign of long vowels beside the hyphen of a Japanese keyboard (U+30FC, U+FF70).</summary>
    public const string Hyphens = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30FC\uFF70";

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

    /// <summary>The same, and what a Japanese keyboard gives for the hyphen of a number (A―１２, Ａー12) as a hyphen: such signs between ASCII letters and digits.</summary>
    public static string FoldNumber(string text) => Dash().Replace(Fold(text), "${before}-");

    [GeneratedRegex("(?<before>[A-Za-z0-9])[" + Hyphens + "](?=[A-Za-z0-9])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dash();
}
