using Microsoft.AspNetCore.Diagnostics;

namespace KenshinOtp.Api.Http;

/// <summary>
/// No text of a person holds a NUL, and not every database takes one. Bodies are judged field by field, and the framework's reader of forms takes none; what stands in
/// an address is refused here, where it comes in.
/// </summary>
internal static class NulGuard
{
    public static void UseNulGuard(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var told = http.Features.Get<IStatusCodeReExecuteFeature>() is not null; // this is the page that tells of it
        if (told || http.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) != true)
            return next(http);
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });
}
