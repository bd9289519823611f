using System.Text.Json;
using KenshinOtp.Api.Pages;
using KenshinOtp.Data;
using Microsoft.AspNetCore.Diagnostics;

namespace KenshinOtp.Api.Http;

/// <summary>What is thrown on the way, as a problem: bad input is told by field, an absent database by 503, a bug by a 500 that tells nothing.</summary>
internal sealed partial class FaultHandler(Races races, ILogger<FaultHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!BareStatus.IsCall(httpContext))
        {
            if (races.MayPassLater(exception))
                LogPutOff(MessagePages.ReferenceOf(httpContext), races.NameOf(exception));
            return false; // a page tells it
        }

        var answer = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout } e => BareStatus.Of(e.StatusCode),
            BadHttpRequestException { InnerException: JsonException json } => Answer.Of(Results.Problem.Invalid(Field(json), $"{Field(json)} has the wrong form. Digits, too, are sent as JSON strings; each name comes once.")),
            BadHttpRequestException when !httpContext.Request.HasJsonContentType() => Answer.Of(Results.Problem.Invalid("body", "The body breaks off before its end.")),
            BadHttpRequestException => Answer.Of(Results.Problem.Invalid("body", "A whole JSON object is needed as body, with Content-Type: application/json.")),
            var e when races.MayPassLater(e) => Answer.Of(503, "unavailable", "The service is not available for the moment.", retryAfter: RetryAfter.Away),
            OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested => Answer.Of(499, "cancelled", "The caller went away."),
            _ => Answer.Of(500, "internal_error", "Something went wrong here. The request may be repeated, with the same Idempotency-Key if it had one."),
        };
        if (answer.Status == StatusCodes.Status503ServiceUnavailable)
            LogPutOff(httpContext.TraceIdentifier, races.NameOf(exception)); // as many as there are calls while something is away: a line each
        else if (answer.Status >= StatusCodes.Status500InternalServerError)
            LogFault(httpContext.TraceIdentifier, exception);
        await answer.Write(httpContext);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {Reference} failed")]
    private partial void LogFault(string reference, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Reference} was put off: {Fault}")]
    private partial void LogPutOff(string reference, string fault);

    /// <summary><c>$.devicePublicKey.x</c> → <c>devicePublicKey.x</c></summary>
    private static string Field(JsonException e) => e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
}
