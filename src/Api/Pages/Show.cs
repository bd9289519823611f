using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages;

/// <summary>Small pieces of markup that many pages hold.</summary>
internal static class Show
{
    /// <summary>An ID, an address or a number: fixed pitch, and never translated.</summary>
    public static IHtmlContent Code(string text) =>
        new HtmlContentBuilder().AppendHtml("<span class=\"code\" translate=\"no\">").Append(text).AppendHtml("</span>");

    /// <summary>A serial number in groups for the eye, where a narrow screen breaks it too; copied it has no blanks.</summary>
    public static IHtmlContent Serial(string serial)
    {
        var html = new HtmlContentBuilder().AppendHtml("<span class=\"code serial\" translate=\"no\">");
        var rest = false;
        foreach (var group in SerialNumber.Groups(serial))
        {
            html.AppendHtml(rest ? "<wbr><span>" : "<span>").Append(group).AppendHtml("</span>");
            rest = true;
        }

        return html.AppendHtml("</span>");
    }

    /// <summary>A name, which is Japanese on pages of any language.</summary>
    public static IHtmlContent Japanese(string name) =>
        new HtmlContentBuilder().AppendHtml("<span lang=\"ja\">").Append(name).AppendHtml("</span>");

    /// <summary>A person by name and user ID.</summary>
    public static IHtmlContent Person(string name, string userId, PageTexts texts) => new HtmlContentBuilder()
        .AppendHtml(Japanese(texts["Common_Person", name])).AppendHtml("　").AppendHtml(Code(userId));

    /// <summary>A state as shape and word.</summary>
    /// <param name="tone">good, warn, bad, wait or past: the colour, which says nothing that the word does not.</param>
    /// <param name="mark">The shape.</param>
    /// <param name="word">The word.</param>
    public static IHtmlContent State(string tone, IHtmlContent mark, string word) =>
        new HtmlContentBuilder().AppendHtml($"<span class=\"state state-{tone}\">").AppendHtml(mark).Append(word).AppendHtml("</span>");

    public static IHtmlContent Text(string text) => new HtmlContentBuilder().Append(text);
}
