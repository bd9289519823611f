using KenshinOtp.Institutions;
using KenshinOtp.Outbox;
using KenshinOtp.Security;
using KenshinOtp.Tokens;

namespace KenshinOtp.Issuance;

/// <summary>What was agreed at トークン発行 for one token: where the mail goes, the PIN, and the link that lives for a while.</summary>
public sealed record MailIssuance
{
    private const int DownloadCodeBytes = 16; // 128 bits

    public required string Id { get; init; }

    public required string TokenId { get; init; }

    /// <summary>The row id of the user who asked for it and whose user ID the app sends.</summary>
    public required string UserRowId { get; init; }

    /// <summary>Where mails go; null once it was erased, long after the end of the token.</summary>
    public required MobileEmail? MobileEmail { get; init; }

    /// <summary>The PIN's hash; null once the issuance has served and its link is dead.</summary>
    public string? PinHash { get; init; }

    /// <summary>When the link in the mail dies.</summary>
    public required DateTimeOffset CodeExpiresAt { get; init; }

    /// <summary>Wrong activations so far, over all links of this issuance.</summary>
    public int Failures { get; init; }

    /// <summary>When too many failures made it void, or null.</summary>
    public DateTimeOffset? VoidedAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The state of the latest mail; null once it was withdrawn.</summary>
    public MailStatus? Mail { get; init; }

    /// <summary>The mail server's words, where the mail was refused or is late.</summary>
    public string? MailAnswer { get; init; }

    /// <summary>What is seen of it beside its token.</summary>
    public IssuanceView View => new(MobileEmail, VoidedAt, Mail);

    /// <summary>The code of a link for one mail; only its hash is kept.</summary>
    public static BearerCode NewDownloadCode() => BearerCode.Random(DownloadCodeBytes);

    /// <summary>When a link that is made now dies: with its token at the latest.</summary>
    public static DateTimeOffset LinkEnd(Token token, Policy policy, DateTimeOffset now)
    {
        var end = now.AddHours(policy.DownloadCodeHours);
        return token.ExpiresAt < end ? token.ExpiresAt.Value : end;
    }
}
