using Microsoft.AspNetCore.Antiforgery;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>
/// Binds every form to the session that it was made in. A browser has one cookie for all its tabs: once a link is opened in another tab, perhaps for another
/// contract, a form of the first would act for somebody whom its page does not show. Forms of the staff console are bound to no session here.
/// </summary>
internal sealed class FormSession : IAntiforgeryAdditionalDataProvider
{
    public string GetAdditionalData(HttpContext context) => Of(context);

    public bool ValidateAdditionalData(HttpContext context, string additionalData)
    {
        var session = Of(context);
        if (session == additionalData)
            return true;
        if (session.Length > 0)
            context.Features.Set(PortalMessage.OtherVisit);
        return false;
    }

    // The browser brings this cookie to the hosted pages alone.
    private static string Of(HttpContext http) => PortalCookie.Read(http)?.Hash ?? "";
}
