using System.Globalization;
using System.Text;

namespace KenshinOtp.Text;

/// <summary>Names, reasons and notes: texts on one line, which others must read as they are.</summary>
public static class OneLine
{
    /// <summary>Whether every character stands on the line and is seen. Half a character (a surrogate alone) is none.</summary>
    public static bool Is(string text) => string.Equals(Of(text), text, StringComparison.Ordinal);

    /// <summary>The text with a blank for whatever is not seen, and U+FFFD for half a character.</summary>
    public static string Of(string text) => string.Concat(text.EnumerateRunes().Select(character => IsUnseen(character) ? " " : character.ToString()));

    /// <summary>Control characters, ends of lines, those that only turn or join what stands around them, and what is no character.</summary>
    private static bool IsUnseen(Rune character) => IsNoncharacter(character)
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // The Unicode Standard §23.7: the last two of every plane and 32 more stand for no character, now or ever.
    private static bool IsNoncharacter(Rune character) => (character.Value & 0xFFFE) == 0xFFFE || character.Value is >= 0xFDD0 and <= 0xFDEF;
}
