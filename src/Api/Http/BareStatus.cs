namespace KenshinOtp.Api.Http;

/// <summary>Answers of the framework that carry a status and nothing else (no such route, method or media type), as problems.</summary>
internal static class BareStatus
{
    public static void UseProblemsForBareStatus(this IApplicationBuilder app)
    {
        app.Use((http, next) =>
        {
            // Every body here is JSON: whoever leaves the header away means it.
            if (IsCall(http) && string.IsNullOrEmpty(http.Request.ContentType))
                http.Request.ContentType = "application/json";
            return next(http);
        });
        app.UseStatusCodePages(context => IsCall(context.HttpContext) ? Describe(context.HttpContext).Write(context.HttpContext) : Task.CompletedTask);
    }

    public static bool IsCall(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || http.Request.Path.StartsWithSegments("/app/v1", StringComparison.Ordinal);

    private static Answer Describe(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => Answer.Of(405, "method_not_allowed", "This resource does not know that method."),
        StatusCodes.Status415UnsupportedMediaType => Answer.Of(415, "unsupported_media_type", "The body must be application/json."),
        StatusCodes.Status404NotFound => Answer.Of(404, "not_found", "There is no such resource."),
        var status => Answer.Of(status, "refused", "The request was refused."),
    };
}
