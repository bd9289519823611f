using System.Text.RegularExpressions;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>What has become of the mail with the link, as far as it matters to the person who waits for it.</summary>
internal enum MailProgress
{
    Queued,
    Sent,

    /// <summary>It went out, and its link has died since.</summary>
    LinkExpired,

    /// <summary>Refused: there is no such address.</summary>
    AddressUnknown,

    /// <summary>Refused for another reason, most often a filter.</summary>
    Refused,

    /// <summary>It did not go out while its link lived.</summary>
    TooLate,
}

internal static partial class MailProgresses
{
    public static MailProgress Progress(this MailIssuance issuance, DateTimeOffset now) => issuance.Mail switch
    {
        MailStatus.Failed when issuance.MailAnswer is { } answer => Why(answer),
        MailStatus.Failed => MailProgress.Refused,
        MailStatus.Sent => issuance.CodeExpiresAt > now ? MailProgress.Sent : MailProgress.LinkExpired,
        _ => issuance.CodeExpiresAt > now ? MailProgress.Queued : MailProgress.TooLate,
    };

    public static bool Failed(this MailProgress progress) => progress is not (MailProgress.Queued or MailProgress.Sent);

    private static MailProgress Why(string answer) =>
        answer == DeliveryOutcome.TooLate ? MailProgress.TooLate
        : UnknownAddress().IsMatch(answer) ? MailProgress.AddressUnknown
        : MailProgress.Refused;

    /// <summary>
    /// The enhanced codes of RFC 3463 §3.2 for an address that is not there; where a server sends none, its words, or a 550, 551 or 553 (RFC 5321
    /// §4.2.3) that no other enhanced code explains.
    /// </summary>
    [GeneratedRegex(
        @"\b5\.1\.[0-36]\b|unknown (user|address|recipient|mailbox)|(user|address|recipient|mailbox) (is )?(unknown|not found)|no such (user|address|recipient|mailbox)"
        + "|(user|address|recipient|mailbox)[^.;]{0,40}(does not|doesn't) exist"
        + @"|\b55[013]\b(?![\s\S]*\b5\.\d{1,3}\.\d)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnknownAddress();
}
