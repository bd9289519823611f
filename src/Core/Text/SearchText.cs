using System.Text;

namespace KenshinOtp.Text;

/// <summary>Folds what people type and what they look for to one form: width, case, hiragana and katakana, and blanks make no difference.</summary>
public static class SearchText
{
    private const char FirstHiragana = '\u3041', LastHiragana = '\u3096';
    private const int ToKatakana = 0x60;
    private const int MaxKept = 200;

    /// <summary>NFKC (Unicode Standard Annex 15), upper case, katakana for hiragana, no blanks, no control characters.</summary>
    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in NormalForm.Of(text, NormalizationForm.FormKC).ToUpperInvariant())
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c))
                folded.Append(c is >= FirstHiragana and <= LastHiragana ? (char)(c + ToKatakana) : c);
        }

        return folded.ToString();
    }

    /// <summary>The folded form as rows keep it. Some characters become many (㍿, ﷺ): what does not fit is not found.</summary>
    public static string Kept(string text) => Shortened.To(MaxKept, Fold(text));

    /// <summary>A pattern for <c>like @Pattern escape '!'</c> that finds the text anywhere.</summary>
    public static string Anywhere(string text) => $"%{Escape(text)}%";

    private static string Escape(string text) => text
        .Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal)
        .Replace("[", "![", StringComparison.Ordinal);
}
