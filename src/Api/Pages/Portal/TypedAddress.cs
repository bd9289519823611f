using System.Security.Cryptography;
using KenshinOtp.Outbox;
using KenshinOtp.Portal;
using Microsoft.AspNetCore.DataProtection;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>
/// The address that a session typed, so that its customer sees a mistake in it: in a cookie that only this centre reads, and only in the same session.
/// Any other session sees the address masked.
/// </summary>
internal sealed class TypedAddress(IDataProtectionProvider protection)
{
    private const string Purpose = "KenshinOtp.Portal.TypedAddress", CookieName = "kotp_to";

    public void Keep(HttpContext http, PortalVisit visit, MobileEmail email) =>
        http.Response.Cookies.Append(CookieName, Protector(visit).Protect(email.Value), PortalCookie.Options(http));

    /// <returns>The address as this session may see it.</returns>
    public string Shown(HttpContext http, PortalVisit visit, MobileEmail email)
    {
        try
        {
            return http.Request.Cookies[CookieName] is { Length: > 0 } cookie && Protector(visit).Unprotect(cookie) == email.Value ? email.Value : email.Masked;
        }
        catch (CryptographicException)
        {
            return email.Masked;
        }
    }

    private IDataProtector Protector(PortalVisit visit) => protection.CreateProtector(Purpose, visit.SessionId);
}
