using System.Net.Mime;
using System.Text.Json;

namespace KenshinOtp.DemoBank.Client;

/// <summary>A problem of the one-time-password centre (RFC 9457).</summary>
public sealed record Refusal
{
    /// <summary>The centre could not be reached, or no answer of its own came in time: whether the call took effect is not known.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>HTTP status; 0 if there was no answer.</summary>
    public required int Status { get; init; }

    /// <summary>The stable code to decide by.</summary>
    public required string Code { get; init; }

    /// <summary>One English sentence for the log, not for the customer.</summary>
    public string Detail { get; init; } = "";

    /// <summary>With <c>invalid_otp</c>: why the password was not accepted, as in <see cref="Verification.Reason"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>With <c>invalid_otp</c>: wrong passwords that are left before the token locks.</summary>
    public int? RemainingAttempts { get; init; }

    /// <summary>With <c>invalid_otp</c> at an exchange: which password it was.</summary>
    public string? Field { get; init; }

    /// <summary>With 429 and 503: how long the centre asks to wait; null where it says nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>With <c>invalid_request</c>: the fields that are wrong.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>With <c>invalid_request</c> at the events: the centre was restored to an earlier moment, and this is the cursor from which to go on.</summary>
    public string? Newest { get; init; }

    /// <summary>Whether the same call may succeed a moment later. It is safe to repeat with the same Idempotency-Key.</summary>
    public bool MayPass => Code == Unreachable || Status is 429 or >= 500;

    public bool Names(string field) => Fields.Contains(field, StringComparer.Ordinal);

    public static Refusal NoAnswer(Exception cause) => new() { Status = 0, Code = Unreachable, Detail = cause.Message };

    public static async Task<Refusal> Read(HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != MediaTypeNames.Application.ProblemJson)
            return new() { Status = status, Code = "unexpected_answer", Detail = response.ReasonPhrase ?? "", RetryAfter = response.Headers.RetryAfter?.Delta };
        using var problem = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(ct), default, ct);
        return new()
        {
            Status = status,
            Code = Text(problem.RootElement, "code") ?? "unexpected_answer",
            Detail = Text(problem.RootElement, "detail") ?? "",
            Reason = Text(problem.RootElement, "reason"),
            RemainingAttempts = problem.RootElement.TryGetProperty("remainingAttempts", out var left) && left.ValueKind == JsonValueKind.Number
                ? left.GetInt32()
                : null,
            RetryAfter = response.Headers.RetryAfter?.Delta,
            Field = Text(problem.RootElement, "field"),
            Newest = Text(problem.RootElement, "newest"),
            Fields = problem.RootElement.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(error => error.Name)] : [],
        };
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
