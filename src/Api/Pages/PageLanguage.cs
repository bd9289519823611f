namespace KenshinOtp.Api.Pages;

/// <summary>The language a reader just asked for, before the browser brings it back as a cookie.</summary>
internal sealed record ChosenLanguage(string Language);

/// <summary>Which language the reader of a page reads: the choice made in the footer, else the browser's wish, Japanese when in doubt.</summary>
internal static class PageLanguage
{
    public const string Japanese = "ja", English = "en";

    private const string CookieName = "kotp_lang";
    private static readonly TimeSpan CookieLife = TimeSpan.FromDays(365);

    public static string Of(HttpContext http) =>
        http.Features.Get<ChosenLanguage>()?.Language ?? Known(http.Request.Cookies[CookieName]) ?? Wished(http) ?? Japanese;

    /// <returns>The language if it is one of ours.</returns>
    public static string? Known(string? text) => text is Japanese or English ? text : null;

    public static void Remember(HttpContext http, string language)
    {
        http.Features.Set(new ChosenLanguage(language));
        http.Response.Cookies.Append(CookieName, language, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = http.Request.IsHttps,
            Path = "/",
            MaxAge = CookieLife,
            IsEssential = true,
        });
    }

    private static string? Wished(HttpContext http) => http.Request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(wish => wish.Quality ?? 1)
        .Select(wish => Known(wish.Value.Value?.Split('-')[0].ToLowerInvariant()))
        .FirstOrDefault(known => known is not null);
}
