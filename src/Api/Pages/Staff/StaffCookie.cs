using KenshinOtp.Security;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The cookies of the staff console: one stands for the session and goes with the browser, the other remembers the institution of the last log-in.</summary>
internal static class StaffCookie
{
    private const string Name = "kotp_staff", InstitutionName = "kotp_staff_bank";
    private static readonly TimeSpan InstitutionLife = TimeSpan.FromDays(365);

    public static BearerCode? Read(HttpContext http) => BearerCode.TryParse(http.Request.Cookies[Name], out var code) ? code : null;

    public static void Write(HttpContext http, BearerCode code) => http.Response.Cookies.Append(Name, code.Reveal(), Options(http, life: null));

    public static void Erase(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, life: null));

    public static string? Institution(HttpContext http) => http.Request.Cookies[InstitutionName];

    public static void RememberInstitution(HttpContext http, string code) =>
        http.Response.Cookies.Append(InstitutionName, code, Options(http, InstitutionLife));

    private static CookieOptions Options(HttpContext http, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = StaffPaths.Root,
        MaxAge = life,
        IsEssential = true,
    };
}
