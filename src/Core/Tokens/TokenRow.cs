using KenshinOtp.Data;
using KenshinOtp.Otp;

namespace KenshinOtp.Tokens;

/// <summary>A token as its row holds it.</summary>
internal class TokenRow
{
    /// <summary>All columns of a token that a statement calls <c>t</c>.</summary>
    public const string Columns =
        """
        t.id, t.institution_id, t.contract_id, t.holder_id, t.kind, t.serial, t.status, t.algorithm, t.digits, t.period, t.secret, t.next_secret,
        t.next_expires_at, t.drift, t.last_step, t.failures, t.version, t.issued_at, t.activated_at, t.confirmed_at, t.expires_at, t.lapsed_at, t.revoked_at,
        t.unbound_since, t.knock_failures, t.knocks_paused_until
        """;

    /// <summary>Begins a statement that reads tokens and nothing else.</summary>
    public const string Select = $"select {Columns} from token t";

    public string Id { get; init; } = "";
    public string InstitutionId { get; init; } = "";
    public string? ContractId { get; init; }
    public string? HolderId { get; init; }
    public string Kind { get; init; } = "";
    public string Serial { get; init; } = "";
    public string Status { get; init; } = "";
    public string Algorithm { get; init; } = "";
    public int Digits { get; init; }
    public int Period { get; init; }
    public string? Secret { get; init; }
    public string? NextSecret { get; init; }
    public long? NextExpiresAt { get; init; }
    public int Drift { get; init; }
    public long LastStep { get; init; }
    public int Failures { get; init; }
    public long Version { get; init; }
    public long? IssuedAt { get; init; }
    public long? ActivatedAt { get; init; }
    public long? ConfirmedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? LapsedAt { get; init; }
    public long? RevokedAt { get; init; }
    public long? UnboundSince { get; init; }
    public int KnockFailures { get; init; }
    public long? KnocksPausedUntil { get; init; }

    public Token ToDomain() => new()
    {
        Id = Id,
        InstitutionId = InstitutionId,
        ContractId = ContractId,
        HolderId = HolderId,
        Kind = EnumNames.Parse<TokenKind>(Kind),
        Serial = SerialNumber.TryParse(Serial, out var serial) ? serial : throw new FormatException("Not a serial number in a row."),
        Status = EnumNames.Parse<TokenStatus>(Status),
        Algorithm = OtpAlgorithms.Parse(Algorithm),
        Digits = Digits,
        Period = Period,
        Secret = Secret,
        NextSecret = NextSecret,
        NextExpiresAt = Instants.FromRow(NextExpiresAt),
        Drift = Drift,
        LastStep = LastStep,
        Failures = Failures,
        Version = Version,
        IssuedAt = Instants.FromRow(IssuedAt),
        ActivatedAt = Instants.FromRow(ActivatedAt),
        ConfirmedAt = Instants.FromRow(ConfirmedAt),
        ExpiresAt = Instants.FromRow(ExpiresAt),
        LapsedAt = Instants.FromRow(LapsedAt),
        RevokedAt = Instants.FromRow(RevokedAt),
        UnboundSince = Instants.FromRow(UnboundSince),
        KnockFailures = KnockFailures,
        KnocksPausedUntil = Instants.FromRow(KnocksPausedUntil),
    };
}
