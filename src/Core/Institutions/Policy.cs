using KenshinOtp.Contracts;
using KenshinOtp.Otp;
using KenshinOtp.Text;

namespace KenshinOtp.Institutions;

/// <summary>What an institution decided for its tokens. Keys, bounds and texts: <see cref="PolicyKeys"/>; starting values: <see cref="Presets"/>.</summary>
public sealed record Policy
{
    /// <summary>Seconds that a password is shown: 30 or 60.</summary>
    public required int Period { get; init; }

    /// <summary>Digits of a password: 6 or 8.</summary>
    public int Digits { get; init; } = 6;

    public OtpAlgorithm Algorithm { get; init; } = OtpAlgorithm.Sha1;

    /// <summary>Steps of clock drift allowed either way.</summary>
    public int DriftSteps { get; init; } = 1;

    /// <summary>Wrong passwords in a row after which a token is locked.</summary>
    public int LockAfter { get; init; } = 10;

    /// <summary>Wrong activations after which an issuance is void.</summary>
    public int ActivationAttempts { get; init; } = 5;

    /// <summary>Hours that the URL in the mail lives.</summary>
    public int DownloadCodeHours { get; init; } = 24;

    /// <summary>Days from issuance or renewal to expiry; 0 = never.</summary>
    public int TokenValidityDays { get; init; }

    /// <summary>Days before expiry from which a token can be renewed.</summary>
    public int RenewalWindowDays { get; init; } = 30;

    /// <summary>Minutes that must pass before a mail-provisioned token is issued again.</summary>
    public int ReissueCooldownMinutes { get; init; }

    /// <summary>Days a user may be without a token before the relying party is told.</summary>
    public int UnregisteredGraceDays { get; init; } = 30;

    /// <summary>The transactions that ask for a password.</summary>
    public required IReadOnlyList<string> Transactions { get; init; }

    /// <summary>The letters in front of a serial number.</summary>
    public required string SerialPrefix { get; init; }

    /// <summary>Whether a secret leaves only sealed for the device's key; this shuts out the lite page.</summary>
    public bool RequireSealedDelivery { get; init; }

    /// <summary>The sender of mails.</summary>
    public string MailFrom { get; init; } = "";

    /// <summary>The sender's name as the phone shows it; the institution's name when empty.</summary>
    public string MailFromName { get; init; } = "";

    /// <summary>Whether what cannot be undone takes two persons of the staff.</summary>
    public bool DualControl { get; init; } = true;

    /// <summary>The institution's colour on screens, <c>#rrggbb</c>.</summary>
    public string AccentColor { get; init; } = "#00594f";

    /// <summary>Whether this transaction of this user takes a password. <c>login</c> does only if the user chose so.</summary>
    public bool AsksFor(TransactionName transaction, bool otpAtLogin) =>
        Transactions.Contains(transaction.Value, StringComparer.Ordinal) && (transaction != TransactionName.Login || otpAtLogin);

    /// <summary>When a token that becomes valid now lapses: at the end of a day, for people are told the day. Null = never.</summary>
    public DateTimeOffset? ExpiryFrom(DateTimeOffset now) => TokenValidityDays == 0 ? null : Japan.LastSecondOfDay(now.AddDays(TokenValidityDays));

    /// <summary>From when a token of this expiry can be renewed: from the beginning of a day, for people are told the day.</summary>
    public DateTimeOffset? RenewalOpensAt(DateTimeOffset? expiresAt) => expiresAt is { } end ? Japan.Midnight(end.AddDays(-RenewalWindowDays)) : null;

    /// <summary>Tokens that lapse until then can be renewed now.</summary>
    public DateTimeOffset RenewableUntil(DateTimeOffset now) => Japan.LastSecondOfDay(now.AddDays(RenewalWindowDays));
}
