using System.Diagnostics.CodeAnalysis;

namespace KenshinOtp.Results;

/// <summary>Either what was asked for or the <see cref="Results.Problem"/> that stands against it.</summary>
public sealed class Result<T>
    where T : notnull
{
    private Result(T? value, Problem? problem) => (Value, Problem) = (value, problem);

    public T? Value { get; }

    public Problem? Problem { get; }

    [SuppressMessage("Usage", "CA2225", Justification = "Handlers return a value or a problem; both read best as themselves.")]
    public static implicit operator Result<T>(T value) => new(value, problem: null);

    [SuppressMessage("Usage", "CA2225", Justification = "Handlers return a value or a problem; both read best as themselves.")]
    public static implicit operator Result<T>(Problem problem) => new(default, problem);

    /// <summary>True with the value; false with the problem.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        (value, problem) = (Value, Problem);
        return problem is null;
    }
}
