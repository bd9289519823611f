using System.Collections.Concurrent;
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

    public static IMailTransport Smtp(SmtpSettings settings) => new SystemNetMailTransport(settings);

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

/// <summary>SMTP by the framework's own client. Connections are kept and used again.</summary>
internal sealed class SystemNetMailTransport(SmtpSettings settings) : IMailTransport, IDisposable
{
    private readonly ConcurrentBag<SmtpClient> _idle = [];

    public async Task<DeliveryOutcome> Send(LeasedMail mail, string body, CancellationToken ct)
    {
        using var message = MailLibrary.Compose(mail, body);
        // One limit for both tries: together they must end before the lease does.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(settings.Timeout);

        // A kept connection may have been closed by the server in the meantime: that says nothing of the mail, nor of the server.
        if (_idle.TryTake(out var kept) && await Send(message, kept, limit.Token, ct) is { Verdict: not DeliveryVerdict.Unreachable } outcome)
            return outcome;
        return await Send(message, Connect(), limit.Token, ct);
    }

    private async Task<DeliveryOutcome> Send(MailMessage message, SmtpClient client, CancellationToken limit, CancellationToken ct)
    {
        try
        {
            await client.SendMailAsync(message, limit);
            _idle.Add(client);
            return new(DeliveryVerdict.Accepted);
        }
        catch (SmtpException e)
        {
            client.Dispose();
            return new(Judge(e), SmtpReply.Words((int)e.StatusCode, e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message), Fault(e));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            client.Dispose();
            return new(DeliveryVerdict.Unreachable, $"No answer within {settings.Timeout.TotalSeconds:0} seconds.", nameof(TimeoutException));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var client))
            client.Dispose();
    }

    /// <summary>A mail is refused by a server's reply alone, not by what the client met while it waited for one.</summary>
    private static DeliveryVerdict Judge(SmtpException e) => SmtpReply.Judge((int)e.StatusCode, e.Message) switch
    {
        DeliveryVerdict.Refused when e.InnerException is not (null or SmtpException) => DeliveryVerdict.Unreachable,
        var verdict => verdict,
    };

    private static string Fault(SmtpException e) => (int)e.StatusCode > 0 && e.InnerException is null or SmtpException
        ? ((int)e.StatusCode).ToString(CultureInfo.InvariantCulture)
        : DeliveryOutcome.KindOf(e);

    private SmtpClient Connect() => new(settings.Host, settings.Port)
    {
        EnableSsl = settings.Security != SmtpSecurity.None,
        Credentials = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password),
        UseDefaultCredentials = false,
    };
}
