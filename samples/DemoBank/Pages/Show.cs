using System.Text.Encodings.Web;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>Markup that several pages hold.</summary>
public static class Show
{
    /// <summary>A serial number in groups as the apps show it; copied it has no blanks.</summary>
    public static IHtmlContent Serial(string? serial)
    {
        var groups = SerialNumber.Groups(serial ?? "").Select(group => $"<span>{HtmlEncoder.Default.Encode(group)}</span>");
        return new HtmlString($"<span class=\"code serial\" translate=\"no\">{string.Join("<wbr>", groups)}</span>");
    }
}
