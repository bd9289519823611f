using Microsoft.Net.Http.Headers;

namespace KenshinOtp.Api.Http;

/// <summary>Answers of the framework that carry a status and nothing else (no such route, method or media type), as problems.</summary>
internal static class BareStatus
{
    public static void UseProblemsForBareStatus(this IApplicationBuilder app)
    {
        app.Use((http, next) =>
        {
            if (!IsCall(http))
                return next(http);

            // Every body here is JSON: whoever leaves the header away means it. And JSON is UTF-8 (RFC 8259 §8.1).
            if (string.IsNullOrEmpty(http.Request.ContentType))
                http.Request.ContentType = "application/json";
            else if (!IsUtf8(http.Request.ContentType, out var plain))
                http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            else
                http.Request.ContentType = plain;
            return http.Response.StatusCode == StatusCodes.Status200OK ? next(http) : Describe(http).Write(http);
        });
        app.UseStatusCodePages(context => IsCall(context.HttpContext) ? Describe(context.HttpContext).Write(context.HttpContext) : Task.CompletedTask);
    }

    /// <summary>Whether a program reads the answer. In any case of letters, as routes are found.</summary>
    public static bool IsCall(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || http.Request.Path.StartsWithSegments("/app/v1", StringComparison.OrdinalIgnoreCase);

    /// <param name="contentType">As it was sent.</param>
    /// <param name="plain">The same with a charset that is not quoted, which means the same (RFC 9110 §8.3.1): the framework's reader of JSON takes no other.</param>
    private static bool IsUtf8(string contentType, out string plain)
    {
        plain = contentType;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            return false;
        if (!type.Charset.HasValue)
            return true;
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        plain = type.ToString();
        return type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
    }

    private static Answer Describe(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => Answer.Of(405, "method_not_allowed", "This resource does not know that method."),
        StatusCodes.Status415UnsupportedMediaType => Answer.Of(415, "unsupported_media_type", "The body must be application/json in UTF-8; for an import, application/pskc+xml or text/csv."),
        StatusCodes.Status404NotFound => Answer.Of(404, "not_found", "There is no such resource."),
        StatusCodes.Status413PayloadTooLarge => Answer.Of(413, "payload_too_large", "The body is too large."),
        StatusCodes.Status408RequestTimeout => Answer.Of(408, "request_timeout", "The body did not arrive in time."),
        StatusCodes.Status400BadRequest => Answer.Of(Results.Problem.Invalid("request", "The request cannot be read: its address holds a NUL, or its body breaks off.")),
        var status => Answer.Of(status, "refused", "The request was refused."),
    };
}
