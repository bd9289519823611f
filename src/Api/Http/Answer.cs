using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using KenshinOtp.Results;
using KenshinOtp.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace KenshinOtp.Api.Http;

/// <summary>The HTTP status of an endpoint's success, where it is not 200.</summary>
internal sealed record SuccessStatus(int Status);

/// <summary>An outcome of Core in its HTTP form. The same function makes what is sent and what is remembered for a repeated call.</summary>
internal sealed record Answer(int Status, string ContentType, string Body, TimeSpan? RetryAfter = null) : IResult
{
    private const string Json = "application/json; charset=utf-8";
    private const string ProblemJson = "application/problem+json; charset=utf-8";

    /// <summary>Whether a repeated call is given this answer again. Faults of form are found anew, a caller who is not known may be known then, and "later" passes.</summary>
    public bool WorthRemembering =>
        Status is not (StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized or StatusCodes.Status429TooManyRequests) && Status < 500;

    public static Answer Of(object outcome, HttpContext http) => outcome switch
    {
        Problem problem => Of(problem),
        IPut put => Of(put.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, put.Value),
        var value => Of(http.GetEndpoint()?.Metadata.GetMetadata<SuccessStatus>()?.Status ?? StatusCodes.Status200OK, value),
    };

    public static Answer Of(Problem problem)
    {
        var status = problem.Kind switch
        {
            ProblemKind.Invalid => StatusCodes.Status400BadRequest,
            ProblemKind.NotFound => StatusCodes.Status404NotFound,
            ProblemKind.Conflict => StatusCodes.Status409Conflict,
            ProblemKind.Refused => StatusCodes.Status422UnprocessableEntity,
            ProblemKind.Unauthorized => StatusCodes.Status401Unauthorized,
            ProblemKind.Forbidden => StatusCodes.Status403Forbidden,
            ProblemKind.Gone => StatusCodes.Status410Gone,
            ProblemKind.TooMany => StatusCodes.Status429TooManyRequests,
            _ => throw new ArgumentOutOfRangeException(nameof(problem)),
        };
        return Of(status, problem.Code, problem.Detail, problem.Errors, problem.Facts, problem.RetryAfter);
    }

    /// <summary>
    /// RFC 9457 §3, with <c>code</c> beside the standard members. Where a fact is named like a standard member (the token's <c>status</c>), the fact
    /// stands there alone: a reader of the RFC ignores a status that is no number (§3.1) and has that of the answer itself.
    /// </summary>
    public static Answer Of(
        int status,
        string code,
        string detail,
        IReadOnlyDictionary<string, string[]>? errors = null,
        IReadOnlyDictionary<string, object?>? facts = null,
        TimeSpan? retryAfter = null)
    {
        var shadowed = facts?.ContainsKey("status") == true;
        var details = new ProblemBody("about:blank", ReasonPhrases.GetReasonPhrase(status), shadowed ? null : status, code, detail, errors)
        {
            Facts = facts?.ToDictionary(fact => fact.Key, fact => JsonSerializer.SerializeToElement(fact.Value, WireJson.Options), StringComparer.Ordinal),
        };
        return new(status, ProblemJson, JsonSerializer.Serialize(details, WireJson.Options), retryAfter);
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var memory = httpContext.RequestServices.GetRequiredService<CallMemory>();
        var answer = await memory.Settle(this, httpContext.RequestAborted);
        await answer.Write(httpContext);
    }

    public async Task Write(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = ContentType;
        if (RetryAfter is { } wait)
            http.Response.ComeBackAfter(wait);
        var body = Encoding.UTF8.GetBytes(Body);
        http.Response.ContentLength = body.Length; // one write to the wire: a body of unknown length would take two
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>Not the body: a credential is an answer too.</summary>
    public override string ToString() => $"{Status}";

    private static Answer Of(int status, object value) => new(status, Json, JsonSerializer.Serialize(value, value.GetType(), WireJson.Options));

    private sealed record ProblemBody(
        string Type, string Title,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Status,
        string Code, string Detail,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors)
    {
        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Facts { get; init; }
    }
}

internal static class AnswerExtensions
{
    public static Answer ToAnswer<T>(this Result<T> result, HttpContext http)
        where T : notnull => Answer.Of(result.Succeeded(out var value, out var problem) ? value : problem, http);

    /// <summary>The faults of the fields, if there are any; else what the use case answers.</summary>
    public static async Task<Answer> OrAnswer<T>(this FieldErrors errors, Func<CancellationToken, Task<Result<T>>> handle, HttpContext http)
        where T : notnull => errors.Any ? Answer.Of(errors.ToProblem()) : (await handle(http.RequestAborted)).ToAnswer(http);

    /// <summary>What the endpoint answers when all goes well, and with which status.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, int status) =>
        route.WithMetadata(new SuccessStatus(status)).Produces<T>(status);
}
