using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Text;

namespace KenshinOtp.Outbox;

/// <summary>What the mail library of this package set gives; here it is MailKit.</summary>
internal static class MailLibrary
{
    // RFC 5322 §2.3: lines of a mail end with CRLF, also in a file that a mail server picks up.
    private static readonly FormatOptions Lines = new() { NewLineFormat = NewLineFormat.Dos };

    /// <summary>How it can reach a server.</summary>
    public static IReadOnlyList<SmtpSecurity> Securities { get; } = [SmtpSecurity.None, SmtpSecurity.StartTls, SmtpSecurity.Tls];

    public static IMailTransport Smtp(SmtpSettings settings, TimeProvider time) => new MailKitTransport(settings, time);

    /// <summary>Writes a mail as the one <c>.eml</c> file of an empty directory, with the envelope on top as pickup directories have it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task Write(LeasedMail mail, string body, string directory, CancellationToken ct)
    {
        using var message = Compose(mail, body);
        message.Headers.Insert(0, "X-Sender", mail.FromAddress);
        message.Headers.Insert(1, "X-Receiver", mail.To.SmtpForm);
        await message.WriteToAsync(Lines, Path.Combine(directory, mail.Id + ".eml"), ct);
    }

    /// <summary>UTF-8 throughout: every handset of today reads it, and no character turns into a question mark.</summary>
    public static MimeMessage Compose(LeasedMail mail, string body)
    {
        // Base64 also where the server would take eight bits: what is behind it may not.
        var text = new TextPart(TextFormat.Plain) { ContentTransferEncoding = ContentEncoding.Base64 };
        text.SetText(Encoding.UTF8, body);
        var message = new MimeMessage { Body = text, MessageId = mail.MessageId };
        message.From.Add(new MailboxAddress(Encoding.UTF8, mail.FromName, mail.FromAddress));
        message.To.Add(new MailboxAddress("", mail.To.SmtpForm));
        message.Headers.Replace(new Header(Encoding.UTF8, HeaderId.Subject, mail.Subject));
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834 §5: no out-of-office answers, please
        return message;
    }
}

/// <summary>SMTP by MailKit.</summary>
internal sealed class MailKitTransport(SmtpSettings settings, TimeProvider time) : SmtpTransport<SmtpClient, MimeMessage>(settings.Timeout, time)
{
    protected override MimeMessage Compose(LeasedMail mail, string body) => MailLibrary.Compose(mail, body);

    protected override SmtpClient NewClient() => new()
    {
        // As the other transport: the revocation list of an institution's own authority is often out of reach from here.
        CheckCertificateRevocation = false,
        Timeout = (int)settings.Timeout.TotalMilliseconds,
    };

    /// <summary>With exactly the encryption that was asked for: left to choose, MailKit would go on in the clear where a server offers none.</summary>
    protected override async Task Enter(SmtpClient client, CancellationToken ct)
    {
        if (client.IsConnected)
            return;
        await client.ConnectAsync(settings.Host, settings.Port, settings.Security switch
        {
            SmtpSecurity.None => SecureSocketOptions.None,
            SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.SslOnConnect,
        }, ct);
        if (settings is { User: { } user, Password: { } password })
            await client.AuthenticateAsync(user, password, ct);
    }

    protected override Task Hand(SmtpClient client, MimeMessage message, CancellationToken ct) => client.SendAsync(message, ct);

    protected override DeliveryOutcome? Judge(Exception e, bool entered) => e switch
    {
        SmtpCommandException { StatusCode: var code } => new(
            // What a server says before it has heard of the mail is not about the mail.
            entered ? SmtpReply.Judge((int)code, e.Message) : DeliveryVerdict.Unreachable,
            SmtpReply.Words((int)code, e.Message), ((int)code).ToString(CultureInfo.InvariantCulture)),
        _ when IsOfTheConnection(e) => new(DeliveryVerdict.Unreachable, SmtpReply.Words(code: 0, WordsOf(e)), DeliveryOutcome.KindOf(e)),
        _ => null,
    };

    /// <summary>A server that is away, breaks the protocol, has another's certificate, offers no TLS or no log-in, or refuses ours.</summary>
    private static bool IsOfTheConnection(Exception e) => e
        is IOException or SocketException or TimeoutException or ProtocolException or SslHandshakeException or AuthenticationException
        or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException;

    /// <summary>The cause. Where TLS fails for anything but a certificate, MailKit's own words are a page of guesses for developers.</summary>
    private static string WordsOf(Exception e) => e switch
    {
        SslHandshakeException { ServerCertificate: null, InnerException: { } cause } => $"TLS: {cause.Message}",
        { InnerException: { } inner } => $"{e.Message} {inner.Message}",
        _ => e.Message,
    };
}
