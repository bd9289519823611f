using KenshinOtp.Api.Http;
using KenshinOtp.Portal;
using Microsoft.AspNetCore.Antiforgery;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The hosted pages as a part of the application.</summary>
internal static class PortalEndpoints
{
    public static void AddPortal(this IServiceCollection services)
    {
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, FormSession>();
        services.AddScoped<PortalTexts>().AddScoped<VisitorDesk>().AddSingleton<CarriedPassword>().AddSingleton<TypedAddress>();
    }

    /// <summary>Faults of hosted pages are told by a page in the visitor's language.</summary>
    public static void UsePortalMessages(this WebApplication app) => app.UseMessagePage(PortalPaths.Owns, PortalPaths.Message);

    public static void MapPortal(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PortalPaths.Link, Open).RequireRateLimiting(RateLimits.Public).ExcludeFromDescription();
        routes.MapGet(PortalPaths.Leave, Leave).RequireRateLimiting(RateLimits.Public).ExcludeFromDescription();
        routes.MapGet(PortalPaths.Language, Switch).ExcludeFromDescription();
        // No fallback: beside one, the framework tells nobody any more that a method or a media type is wrong, at whatever address.
        routes.Map(PortalPaths.Root + "/{**path}", Nowhere).RequireRateLimiting(RateLimits.Public).ExcludeFromDescription();
    }

    /// <summary>The bank's link: opens one session in one browser, once.</summary>
    private static async Task<IResult> Open(string? lang, PortalSessions sessions, SpentLinks spent, HttpContext http)
    {
        if (PageLanguage.Known(lang) is { } language)
            PageLanguage.Remember(http, language);
        if (http.Features.Get<LinkCode>()?.Code is not { } link)
            return Refuse(http, PortalMessage.LinkUnknown, StatusCodes.Status404NotFound);

        var ct = http.RequestAborted;
        if (await sessions.Redeem(link, ct) is not { } cookie)
            return Refuse(http, await spent.OfLink(link, ct));
        if (await sessions.Find(cookie, ct) is not { } visit)
            throw new InvalidOperationException("A session just opened is not there.");
        PortalCookie.Write(http, cookie);
        http.Response.Headers.Location = PortalPaths.Of(visit.Page);
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>
    /// The way back to the bank, which ends the visit: whoever uses the browser next finds no open session. The visit that the page belongs to is named, so that
    /// neither another page's link nor a tab of an earlier visit ends the one that goes on.
    /// </summary>
    private static async Task<IResult> Leave(string? visit, PortalSessions sessions, SpentLinks spent, VisitorDesk desk, HttpContext http)
    {
        var ct = http.RequestAborted;
        if (visit is null || await spent.OfVisit(visit, ct) is not { } left)
            return Refuse(http, await desk.Greet(http, ct) is null ? PortalMessage.SessionEnded : PortalMessage.NotFound, StatusCodes.Status404NotFound);
        if (PortalCookie.Read(http) is { } cookie && await sessions.End(visit, cookie, ct))
            PortalCookie.Erase(http);
        http.Response.Redirect(left.ReturnUrl.AbsoluteUri); // not a Redirect result: that one writes its destination into the log
        return TypedResults.Empty;
    }

    /// <summary>No page of ours: whoever has a session is told so by the own bank, with the way back to it.</summary>
    private static async Task<IResult> Nowhere(VisitorDesk desk, HttpContext http)
    {
        await desk.Greet(http, http.RequestAborted);
        return Refuse(http, PortalMessage.NotFound, StatusCodes.Status404NotFound);
    }

    private static IResult Refuse(HttpContext http, SpentLink? spent)
    {
        if (spent is null)
            return Refuse(http, PortalMessage.LinkUnknown, StatusCodes.Status404NotFound);
        http.Features.Set(new PortalBank(spent.Institution, spent.ReturnUrl.AbsoluteUri));
        return Refuse(http, spent.Used ? PortalMessage.LinkUsed : PortalMessage.LinkExpired, StatusCodes.Status410Gone);
    }

    private static IResult Refuse(HttpContext http, PortalMessage message, int status)
    {
        http.Features.Set(message);
        return TypedResults.StatusCode(status);
    }

    private static IResult Switch(string? to, string? back, HttpContext http)
    {
        if (PageLanguage.Known(to) is { } language)
            PageLanguage.Remember(http, language);
        return TypedResults.LocalRedirect(PortalPaths.IsOurs(back) ? back! : PortalPaths.Manage);
    }
}
