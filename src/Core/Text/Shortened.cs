using System.Diagnostics.CodeAnalysis;

namespace KenshinOtp.Text;

/// <summary>Texts that must fit into a column: better shortened than the reason why a change fails.</summary>
public static class Shortened
{
    /// <summary>The beginning of a text, at most so many UTF-16 units; a character of two units is not cut in half.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? To(int length, string? text)
    {
        if (text is null || text.Length <= length)
            return text;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
