using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Serial numbers in the words of the audit trail.</summary>
internal static class Serials
{
    /// <summary>As staff read it aloud, in groups that no line breaks.</summary>
    public static string InSentence(string serial) => string.Join('\u00A0', SerialNumber.Groups(serial));

    /// <summary>Whether a word of the audit trail is one: its other words are in lower case, or lists.</summary>
    public static bool Is(string word) => SerialNumber.TryParse(word, out var serial) && serial.Value == word;
}
