using KenshinOtp.Api.Pages.Portal;
using KenshinOtp.Api.Pages.Staff;
using KenshinOtp.Data;

namespace KenshinOtp.Api.Http;

/// <summary>The one place where a request runs again whose change lost a race (<see cref="Races"/>): the caller sees the outcome of the run that went through.</summary>
internal static class Reruns
{
    /// <summary>Calls: the endpoint with its arguments, which were read from the request once.</summary>
    public static RouteGroupBuilder RunAgainAfterLostRaces(this RouteGroupBuilder calls) => calls.AddEndpointFilter(async (context, next) =>
    {
        var services = context.HttpContext.RequestServices;
        var memory = services.GetRequiredService<CallMemory>();
        return await services.GetRequiredService<Races>().Run(async run =>
            run > 1 && await memory.Again() is { } known ? known : await next(context));
    });

    /// <summary>Pages: forms that were sent; the form stays read.</summary>
    public static void UseRerunsOfPages(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var path = http.Request.Path;
        if (!HttpMethods.IsPost(http.Request.Method) || !(PortalPaths.Owns(path) || StaffPaths.Owns(path)))
            return next(http);
        return http.RequestServices.GetRequiredService<Races>().Run(async run =>
        {
            if (run > 1)
                http.Response.Clear();
            await next(http);
            return true;
        });
    });
}
