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
