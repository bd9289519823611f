using System.Globalization;
using KenshinOtp.Institutions;
using KenshinOtp.Outbox;
using KenshinOtp.Security;
using KenshinOtp.Text;
using KenshinOtp.Tokens;

namespace KenshinOtp.Issuance;

/// <summary>The mails to phones: plain text, short, the URL alone on a line; never a PIN, never an ID.</summary>
public sealed class Mails(PublicUrls urls)
{
    public OutboundMail Download(Institution institution, string tokenId, MobileEmail to, BearerCode code, DateTimeOffset codeExpiresAt) => new(
        institution.Id, tokenId, MailPurpose.Download, institution.Policy.MailFrom, institution.SenderName, to,
        Say(MailTexts.DownloadSubject, institution.Name),
        Say(MailTexts.DownloadBody, institution.Name, urls.Download(code), Japan.DateAndTime(codeExpiresAt)),
        codeExpiresAt);

    public OutboundMail RenewalNotice(Institution institution, Token token, MobileEmail to, DateTimeOffset now) => new(
        institution.Id, token.Id, MailPurpose.RenewalNotice, institution.Policy.MailFrom, institution.SenderName, to,
        Say(MailTexts.RenewalSubject, institution.Name),
        Say(MailTexts.RenewalBody, institution.Name, token.ExpiresAt is { } expiresAt ? Japan.Date(expiresAt) : "", urls.App),
        now.AddDays(7))
    {
        NotBefore = Japan.Waking(now), // renewals open at midnight
    };

    private static string Say(string text, params object?[] args) => string.Format(CultureInfo.InvariantCulture, text, args);
}
