using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Serial numbers as staff read them aloud: in groups.</summary>
internal static class Serials
{
    /// <summary>Copied, it is in one piece.</summary>
    public static IHtmlContent Show(string serial)
    {
        var shown = new HtmlContentBuilder().AppendHtml("<span class=\"code serial\" translate=\"no\">");
        foreach (var group in Groups(serial))
            shown.AppendHtml("<span>").Append(group).AppendHtml("</span>");
        return shown.AppendHtml("</span>");
    }

    public static string InSentence(string serial) => string.Join('\u00A0', Groups(serial));

    /// <summary>Whether a word of the audit trail is one: its other words are in lower case, or lists.</summary>
    public static bool Is(string word) => SerialNumber.TryParse(word, out var serial) && serial.Value == word;

    private static IEnumerable<string> Groups(string serial)
    {
        var letters = serial.TakeWhile(char.IsAsciiLetter).Count();
        return serial[letters..].Chunk(4).Select(group => new string(group)).Prepend(serial[..letters]).Where(group => group.Length > 0);
    }
}
