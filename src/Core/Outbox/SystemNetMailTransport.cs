using System.Collections.Concurrent;
using System.Net;
using System.Net.Mail;

namespace KenshinOtp.Outbox;

/// <summary>How the mail server is reached.</summary>
public enum SmtpSecurity
{
    None,
    StartTls,

    /// <summary>TLS from the first byte (port 465); not in every package set.</summary>
    Tls,
}

public sealed record SmtpSettings(string Host, int Port, SmtpSecurity Security, string? User, string? Password, TimeSpan Timeout)
{
    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>SMTP by the framework's own client. Connections are kept and used again.</summary>
public sealed class SystemNetMailTransport(SmtpSettings settings) : IMailTransport, IDisposable
{
    private readonly ConcurrentBag<SmtpClient> _idle = [];

    public async Task<DeliveryOutcome> Send(LeasedMail mail, CancellationToken ct)
    {
        using var message = MailMessages.Create(mail);
        var client = _idle.TryTake(out var idle) ? idle : Connect();
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(settings.Timeout);
            await client.SendMailAsync(message, limit.Token);
            _idle.Add(client);
            return new(DeliveryVerdict.Accepted);
        }
        catch (SmtpException e)
        {
            client.Dispose();
            return new(Judge(e), Words(e));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            client.Dispose();
            return new(DeliveryVerdict.Unreachable, $"No answer within {settings.Timeout.TotalSeconds:0} seconds.");
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

    /// <summary>
    /// A 5xx about this mail is final. A refusal that concerns us rather than the mail (log-in needed, TLS needed) and a lost connection are not:
    /// somebody mends the settings and the mail goes out.
    /// </summary>
    private static DeliveryVerdict Judge(SmtpException e) => (int)e.StatusCode switch
    {
        (int)SmtpStatusCode.MustIssueStartTlsFirst or 534 or 535 or 538 => DeliveryVerdict.Unreachable,
        >= 500 and < 600 when e.InnerException is null or SmtpException => DeliveryVerdict.Refused,
        (int)SmtpStatusCode.ServiceNotAvailable => DeliveryVerdict.Unreachable,
        >= 400 and < 500 => DeliveryVerdict.Deferred,
        _ => DeliveryVerdict.Unreachable,
    };

    private static string Words(SmtpException e)
    {
        var words = e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;
        if ((int)e.StatusCode > 0)
            words = $"{(int)e.StatusCode} {words}";
        return words.Length <= 400 ? words : words[..400];
    }

    private SmtpClient Connect() => new(settings.Host, settings.Port)
    {
        EnableSsl = settings.Security != SmtpSecurity.None,
        Credentials = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password),
        UseDefaultCredentials = false,
    };
}
