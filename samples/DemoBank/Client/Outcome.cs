using System.Diagnostics.CodeAnalysis;

namespace KenshinOtp.DemoBank.Client;

/// <summary>What a call came to: the answer, or a refusal that the caller has words for. Neither is an exception.</summary>
public sealed class Outcome<T>
    where T : class
{
    private readonly T? _value;
    private readonly Refusal? _refusal;

    public Outcome(T value) => _value = value;

    public Outcome(Refusal refusal) => _refusal = refusal;

    /// <summary>True with the answer; false with the refusal.</summary>
    public bool Succeeded([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? refusal)
    {
        (value, refusal) = (_value, _refusal);
        return refusal is null;
    }
}
