namespace KenshinOtp.Verification;

/// <summary>Why a password was not accepted; <see cref="None"/> if it was. Zero is none of them: what nobody judged is not accepted, and has no code.</summary>
public enum VerificationReason
{
    None = 1,
    OtpMismatch,
    OtpReplayed,
    OtpNotRequired,
    NoToken,
    TokenNotActive,
    TokenLocked,
    TokenSuspended,
    TokenExpired,
    TokenRevoked,
}

/// <summary>What came of a password: an outcome for every well-formed request.</summary>
/// <param name="Reason">None if it was accepted.</param>
/// <param name="Serial">The token that was asked, or null.</param>
/// <param name="RemainingAttempts">Wrong passwords that are left before the token locks; null where no token was asked.</param>
public sealed record PasswordOutcome(VerificationReason Reason, string? Serial = null, int? RemainingAttempts = null)
{
    public bool Accepted => Reason == VerificationReason.None;
}

/// <summary>The <c>verification</c> of the public contract.</summary>
public sealed record VerificationResult(
    string VerificationId, string Result, string? Reason, string? Serial, int? RemainingAttempts, DateTimeOffset VerifiedAt);

public static class VerificationReasons
{
    /// <summary>The code of the public contract, or null for none.</summary>
    public static string? Code(this VerificationReason reason) => reason switch
    {
        VerificationReason.None => null,
        VerificationReason.OtpMismatch => "otp_mismatch",
        VerificationReason.OtpReplayed => "otp_replayed",
        VerificationReason.OtpNotRequired => "otp_not_required",
        VerificationReason.NoToken => "no_token",
        VerificationReason.TokenNotActive => "token_not_active",
        VerificationReason.TokenLocked => "token_locked",
        VerificationReason.TokenSuspended => "token_suspended",
        VerificationReason.TokenExpired => "token_expired",
        VerificationReason.TokenRevoked => "token_revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
