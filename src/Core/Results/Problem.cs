namespace KenshinOtp.Results;

/// <summary>What sort of refusal a <see cref="Problem"/> is; each host maps a kind to its own form (HTTP status, exit code, screen).</summary>
public enum ProblemKind
{
    /// <summary>The request is malformed; <see cref="Problem.Errors"/> names the fields.</summary>
    Invalid,

    /// <summary>What was asked for does not exist, or not for this caller.</summary>
    NotFound,

    /// <summary>The present state does not permit it.</summary>
    Conflict,

    /// <summary>Well-formed, permitted, and refused: a wrong password, a wrong PIN.</summary>
    Refused,

    /// <summary>The caller is not, or no longer, known.</summary>
    Unauthorized,

    /// <summary>The acting person may not do this.</summary>
    Forbidden,

    /// <summary>It existed and its life is over.</summary>
    Gone,

    /// <summary>Too many tries; <see cref="Problem.RetryAfter"/> tells when to come back.</summary>
    TooMany,
}

/// <summary>An expected refusal. It is a value: exceptions are for bugs and broken infrastructure.</summary>
/// <param name="Kind">The sort of refusal.</param>
/// <param name="Code">Stable snake_case code of the public contract.</param>
/// <param name="Detail">One English sentence for whoever reads the answer: a bank's developer, or an operator. It may repeat a code or a name of what was asked for, and never holds a password, a PIN or a key.</param>
public sealed record Problem(ProblemKind Kind, string Code, string Detail)
{
    /// <summary>Field (camelCase, as on the wire) → messages; only for <see cref="ProblemKind.Invalid"/>.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Further members of the answer, for example <c>status</c> or <c>availableAt</c>.</summary>
    public IReadOnlyDictionary<string, object?>? Facts { get; init; }

    /// <summary>How long to wait; only for <see cref="ProblemKind.TooMany"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Problem Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(ProblemKind.Invalid, "invalid_request", "One or more fields are not acceptable; see errors.") { Errors = errors };

    public static Problem NotFound(string code, string detail) => new(ProblemKind.NotFound, code, detail);

    public static Problem Conflict(string code, string detail) => new(ProblemKind.Conflict, code, detail);

    public static Problem Refused(string code, string detail) => new(ProblemKind.Refused, code, detail);

    /// <summary>The same problem with one more member in the answer.</summary>
    public Problem With(string name, object? value) =>
        this with { Facts = new Dictionary<string, object?>(Facts ?? new Dictionary<string, object?>(StringComparer.Ordinal), StringComparer.Ordinal) { [name] = value } };
}
