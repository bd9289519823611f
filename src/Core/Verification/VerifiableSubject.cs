using KenshinOtp.Otp;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>Whom a verification is about, by the IDs that the relying party names.</summary>
internal sealed record SubjectKey(string InstitutionId, string ServiceId, string UserId);

/// <summary>The API key that speaks, and the policy by which it is judged, as its row holds it.</summary>
internal sealed record CallerKey(string KeyId, string Policy);

/// <summary>The contract, the user and the token, as far as a verification needs them.</summary>
internal sealed record VerifiableSubject
{
    public required bool IsCancelled { get; init; }

    /// <summary>Null where the contract has no such user.</summary>
    public required string? UserRowId { get; init; }

    public required bool OtpAtLogin { get; init; }

    /// <summary>The token that the user has or had last.</summary>
    public required Token? Token { get; init; }

    /// <summary>The token's opened secret, while the subject is remembered.</summary>
    public TokenSecret? Secret { get; init; }
}

/// <summary>
/// The subjects of the latest verifications. What they say may be out of date: an acceptance has it confirmed by its own guarded statement, anything else
/// is judged by what the database says.
/// </summary>
/// <param name="capacity">How many are remembered at least; at most twice as many.</param>
internal sealed class RememberedSubjects(int capacity)
{
    private Dictionary<SubjectKey, VerifiableSubject> _young = [], _old = [];

    public VerifiableSubject? Find(SubjectKey key) =>
        _young.TryGetValue(key, out var subject) || _old.TryGetValue(key, out subject) ? subject : null;

    /// <summary>Remembers a subject whose password was accepted; of two generations the older one is forgotten as a whole.</summary>
    public void Keep(SubjectKey key, VerifiableSubject subject)
    {
        if (_young.Count >= capacity)
            (_old, _young) = (_young, []);
        _young[key] = subject;
    }

    public void Forget(SubjectKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }
}
