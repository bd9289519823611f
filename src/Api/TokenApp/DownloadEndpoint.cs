using System.Text.RegularExpressions;
using KenshinOtp.Api.Http;

namespace KenshinOtp.Api.TokenApp;

/// <summary>
/// The URL in the mail: sends smartphones to the PWA and keypads to the lite page. The code travels in the fragment, which no server sees again; a
/// fragment that comes along stays, for browsers take it over to where they are sent (RFC 9110 §10.2.2).
/// </summary>
internal static partial class DownloadEndpoint
{
    public const string Path = "/d";

    public static void MapDownload(this IEndpointRouteBuilder routes) => routes.MapGet(Path, (HttpContext http) =>
    {
        var app = Keypads().IsMatch(http.Request.Headers.UserAgent.ToString()) ? "/k/" : "/app/";

        // Not a Redirect result: that one writes its destination into the log.
        http.Response.Redirect(http.Features.Get<LinkCode>() is { } link ? $"{app}#d={Uri.EscapeDataString(link.Code.Reveal())}" : app);
    }).RequireRateLimiting(RateLimits.Public).ExcludeFromDescription();

    /// <summary>
    /// Feature phones of docomo, au and SoftBank: the older i-mode and EZweb browsers, KaiOS, and those on Android ("ガラホ") by models that no smartphone shares.
    /// docomo and SoftBank name their smartphones in the same way (SH-02L is a feature phone, SH-01L none): of those names, the ones whose engine cannot run the
    /// app anyhow, which takes the Chrome 86 that its begin.js looks for. A feature phone with a newer one can show the app.
    /// </summary>
    [GeneratedRegex(
        @"DoCoMo/|UP\.Browser|J-PHONE|Vodafone/|SoftBank/|KAIOS|(?:KYF|SHF|KYY|TOF)\d{2}|\b(?:KY-42C|F-41C|A202KY)\b"
        + @"|(?:; ?(?:F|SH|P|N)-\d{2}[A-Z]\d?|\b\d{3}(?:KC|SH))(?: Build|[;)])(?!.*\bChrome/(?:8[6-9]|9\d|\d{3}))",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Keypads();
}
