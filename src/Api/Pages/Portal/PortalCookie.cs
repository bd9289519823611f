using KenshinOtp.Security;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The cookie that stands for a session on the hosted pages.</summary>
internal static class PortalCookie
{
    private const string Name = "kotp_portal";

    public static BearerCode? Read(HttpContext http) => BearerCode.TryParse(http.Request.Cookies[Name], out var code) ? code : null;

    public static void Write(HttpContext http, BearerCode code) => http.Response.Cookies.Append(Name, code.Reveal(), Options(http));

    public static void Erase(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http));

    public static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Path = PortalPaths.Root,
        IsEssential = true,
    };
}
