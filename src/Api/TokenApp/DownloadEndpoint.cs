using System.Text.RegularExpressions;
using KenshinOtp.Api.Http;

namespace KenshinOtp.Api.TokenApp;

/// <summary>
/// The URL in the mail: sends smartphones to the PWA and keypads to the lite page. The code travels in the fragment, which no server sees again; a
/// fragment that comes along stays, for browsers take it over to where they are sent (RFC 9110 §10.2.2).
/// </summary>
internal static partial class DownloadEndpoint
{
    public static void MapDownload(this IEndpointRouteBuilder routes) => routes.MapGet("/d", (HttpContext http) =>
    {
        var app = Keypads().IsMatch(http.Request.Headers.UserAgent.ToString()) ? "/k/" : "/app/";

        // Not a Redirect result: that one writes its destination into the log.
        http.Response.Redirect(http.Features.Get<LinkCode>() is { } link ? $"{app}#d={Uri.EscapeDataString(link.Code.Reveal())}" : app);
    }).RequireRateLimiting(RateLimits.Public).ExcludeFromDescription();

    /// <summary>
    /// Feature phones of docomo, au and SoftBank: those on Android without a store (the KaiOS and "ガラホ" handsets name their model, F-01J, SH-02L, KYF40,
    /// SHF34, 902KC …, and no Chrome of their own), and the older i-mode and EZweb browsers.
    /// </summary>
    [GeneratedRegex(
        @"DoCoMo/|UP\.Browser|J-PHONE|Vodafone/|SoftBank/|KAIOS|; ?(?:F|SH|P|N)-\d{2}[A-Z]\d?(?: Build|\))|(?:KYF|SHF|KYY|TOF)\d{2}|\b\d{3}(?:KC|SH)(?: Build|\)).*\bVersion/4",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Keypads();
}
