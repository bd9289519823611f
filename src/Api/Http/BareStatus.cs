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
            else if (InUtf8(http.Request.ContentType) is { } plain)
                http.Request.ContentType = plain;
            else
                return Of(StatusCodes.Status415UnsupportedMediaType).Write(http);
            return next(http);
        });
        app.UseStatusCodePages(context => Of(context.HttpContext.Response.StatusCode).Write(context.HttpContext)); // pages have said in their own words what is wrong
    }

    /// <summary>Whether a program reads the answer. In any case of letters, as routes are found.</summary>
    public static bool IsCall(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || http.Request.Path.StartsWithSegments("/app/v1", StringComparison.OrdinalIgnoreCase);

    /// <summary>The problem that a status tells by itself.</summary>
    public static Answer Of(int bare) => bare switch
    {
        StatusCodes.Status405MethodNotAllowed => Answer.Of(405, "method_not_allowed", "This resource does not know that method."),
        StatusCodes.Status415UnsupportedMediaType => Answer.Of(415, "unsupported_media_type", "The body must be application/json in UTF-8; for an import, application/pskc+xml or text/csv."),
        StatusCodes.Status404NotFound => Answer.Of(404, "not_found", "There is no such resource."),
        StatusCodes.Status413PayloadTooLarge => Answer.Of(413, "payload_too_large", "The body is too large."),
        StatusCodes.Status408RequestTimeout => Answer.Of(408, "request_timeout", "The body did not arrive in time."),
        StatusCodes.Status400BadRequest => Answer.Of(Results.Problem.Invalid("request", "The request cannot be read: its address holds a NUL, or its body breaks off.")),
        var status => Answer.Of(status, "refused", "The request was refused."),
    };

    /// <returns>
    /// The content type with a charset that is not quoted, which means the same (RFC 9110 §8.3.1): the framework's reader of JSON takes no other. Null where it is not UTF-8.
    /// </returns>
    private static string? InUtf8(string contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            return null;
        if (!type.Charset.HasValue)
            return contentType;
        type.Charset = HeaderUtilities.RemoveQuotes(type.Charset);
        return type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? type.ToString() : null;
    }
}
