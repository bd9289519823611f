using KenshinOtp.Institutions;
using KenshinOtp.Otp;

namespace KenshinOtp.Tokens;

/// <summary>How a token came into being (domain: "Three ways").</summary>
public enum TokenKind
{
    /// <summary>Provisioned by mail.</summary>
    MobileApp,

    /// <summary>Made by the app at its first start, registered by serial number.</summary>
    SelfEnrolled,

    /// <summary>A device whose secret the institution imported.</summary>
    Hardware,
}

/// <summary>トークン: what shows one-time passwords. A snapshot of its row; changes go through <see cref="TokenStore"/>'s guarded statements.</summary>
public sealed record Token
{
    public required string Id { get; init; }

    public required string InstitutionId { get; init; }

    /// <summary>The contract it serves; null while nobody owns it.</summary>
    public string? ContractId { get; init; }

    /// <summary>The row id of the user at whose hand it came; others may share it. Null while nobody owns it.</summary>
    public string? HolderId { get; init; }

    public required TokenKind Kind { get; init; }

    public required SerialNumber Serial { get; init; }

    /// <summary>The state as stored; <see cref="StatusAt"/> also knows the clock.</summary>
    public required TokenStatus Status { get; init; }

    public required OtpAlgorithm Algorithm { get; init; }

    /// <summary>Digits of its passwords: 6 or 8.</summary>
    public required int Digits { get; init; }

    /// <summary>Seconds that a password is shown.</summary>
    public required int Period { get; init; }

    /// <summary>The sealed secret (<see cref="TokenSecrets"/>); null before activation and after revocation.</summary>
    public string? Secret { get; init; }

    /// <summary>The sealed secret of a renewal whose first password has not been seen yet; both secrets count until then.</summary>
    public string? NextSecret { get; init; }

    /// <summary>The expiry that comes into force with <see cref="NextSecret"/>.</summary>
    public DateTimeOffset? NextExpiresAt { get; init; }

    /// <summary>The measured drift of its clock, in steps.</summary>
    public int Drift { get; init; }

    /// <summary>The last step whose password was used up.</summary>
    public long LastStep { get; init; }

    /// <summary>Wrong passwords in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Rises with every change of state or secret; not with verifications.</summary>
    public long Version { get; init; }

    public DateTimeOffset? IssuedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>From this instant on its passwords are refused; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The date of expiry whose passing was announced, which is that of an earlier secret once it was renewed; null if none was.</summary>
    public DateTimeOffset? LapsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Since when nobody owns it; null while somebody does.</summary>
    public DateTimeOffset? UnboundSince { get; init; }

    /// <summary>
    /// Wrong passwords in a row where nobody has proved to be its user: at the renewal, which is open to the public, and at the registration. They must
    /// not lock anybody out of the bank.
    /// </summary>
    public int KnockFailures { get; init; }

    /// <summary>Renewal and registration are refused until then.</summary>
    public DateTimeOffset? KnocksPausedUntil { get; init; }

    /// <summary>
    /// The state that counts now: a token is expired from its date on, whether or not the job has been by, also one that never came into use; unless it was
    /// renewed, for then the passwords of the new secret are accepted.
    /// </summary>
    public TokenStatus StatusAt(DateTimeOffset now) => Status switch
    {
        TokenStatus.InUse or TokenStatus.Expired when IsRenewedAt(now) => TokenStatus.InUse,
        TokenStatus.InUse or TokenStatus.Activated or TokenStatus.Issued when HasLapsedAt(now) => TokenStatus.Expired,
        _ => Status,
    };

    /// <summary>Whether a renewed secret waits for its first password, and its own date has not passed.</summary>
    public bool IsRenewedAt(DateTimeOffset now) => NextSecret is not null && !(NextExpiresAt <= now);

    /// <summary>Whether the date of <see cref="Secret"/> has passed.</summary>
    public bool HasLapsedAt(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>The date that counts now: of a renewed secret from the day on which the one before has lapsed.</summary>
    public DateTimeOffset? ExpiryAt(DateTimeOffset now) => HasLapsedAt(now) && IsRenewedAt(now) ? NextExpiresAt : ExpiresAt;

    /// <summary>The state that its own history gives it once no suspension or lock stands against it any more.</summary>
    public TokenStatus Unhindered => this switch
    {
        { ConfirmedAt: not null, LapsedAt: not null } when LapsedAt == ExpiresAt => TokenStatus.Expired,
        { ConfirmedAt: not null } => TokenStatus.InUse,
        { ActivatedAt: not null } => TokenStatus.Activated,
        _ => TokenStatus.Issued,
    };

    /// <summary>Wrong passwords that are left before it locks.</summary>
    public int RemainingAttempts(Policy policy) =>
        Status == TokenStatus.Locked ? 0 : Math.Max(0, policy.LockAfter - Failures);
}
