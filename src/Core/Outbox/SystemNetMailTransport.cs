using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Text;

namespace KenshinOtp.Outbox;

/// <summary>What the mail library of this package set gives; here it is the framework's own.</summary>
internal static class MailLibrary
{
    /// <summary>How it can reach a server. It knows no TLS from the first byte.</summary>
    public static IReadOnlyList<SmtpSecurity> Securities { get; } = [SmtpSecurity.None, SmtpSecurity.StartTls];

    public static IMailTransport Smtp(SmtpSettings settings, TimeProvider time) => new SystemNetMailTransport(settings, time);

    /// <summary>Writes a mail as the one <c>.eml</c> file of an empty directory.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task Write(LeasedMail mail, string body, string directory, CancellationToken ct)
    {
        try
        {
            using var message = Compose(mail, body);
            using var client = new SmtpClient { DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory, PickupDirectoryLocation = Path.GetFullPath(directory) };
            await client.SendMailAsync(message, ct);
        }
        catch (SmtpException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>UTF-8 throughout: every handset of today reads it, and no character turns into a question mark.</summary>
    public static MailMessage Compose(LeasedMail mail, string body)
    {
        var message = new MailMessage
        {
            From = new MailAddress(mail.FromAddress, mail.FromName, Encoding.UTF8),
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            Body = body,
            BodyEncoding = Encoding.UTF8,
        };
        message.To.Add(new MailAddress(mail.To.SmtpForm));
        message.Headers.Add("Message-ID", mail.MessageId);
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834 §5: no out-of-office answers, please
        return message;
    }
}

/// <summary>SMTP by the framework's own client, which connects as it sends.</summary>
internal sealed class SystemNetMailTransport(SmtpSettings settings, TimeProvider time) : SmtpTransport<SmtpClient, MailMessage>(settings.Timeout, time)
{
    protected override MailMessage Compose(LeasedMail mail, string body) => MailLibrary.Compose(mail, body);

    protected override SmtpClient NewClient() => new(settings.Host, settings.Port)
    {
        EnableSsl = settings.Security != SmtpSecurity.None,
        Credentials = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password),
        UseDefaultCredentials = false,
    };

    protected override Task Hand(SmtpClient client, MailMessage message, CancellationToken ct) => client.SendMailAsync(message, ct);

    protected override DeliveryOutcome? Judge(Exception e, bool entered) => e is SmtpException failure
        ? new(Verdict(failure), SmtpReply.Words((int)failure.StatusCode, e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message), Fault(failure))
        : null;

    /// <summary>A mail is refused by a server's reply alone, not by what the client met while it waited for one.</summary>
    private static DeliveryVerdict Verdict(SmtpException e) => SmtpReply.Judge((int)e.StatusCode, e.Message) switch
    {
        DeliveryVerdict.Refused when e.InnerException is not (null or SmtpException) => DeliveryVerdict.Unreachable,
        var verdict => verdict,
    };

    private static string Fault(SmtpException e) => (int)e.StatusCode > 0 && e.InnerException is null or SmtpException
        ? ((int)e.StatusCode).ToString(CultureInfo.InvariantCulture)
        : DeliveryOutcome.KindOf(e);
}
