using System.Globalization;
using System.Text;

namespace KenshinOtp.Text;

/// <summary>Names, reasons and notes: texts on one line, which others must read as they are.</summary>
public static class OneLine
{
    /// <summary>Whether every character stands on the line and is seen.</summary>
    public static bool Is(string text) => !text.EnumerateRunes().Any(IsUnseen);

    /// <summary>The text with a blank for whatever is not seen.</summary>
    public static string Of(string text) => string.Concat(text.EnumerateRunes().Select(character => IsUnseen(character) ? " " : character.ToString()));

    /// <summary>Control characters, ends of lines, and those that only turn or join what stands around them.</summary>
    private static bool IsUnseen(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
