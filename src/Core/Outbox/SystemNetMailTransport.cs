using System.Collections.Concurrent;
using System.Net;
using System.Net.Mail;
using System.Text.RegularExpressions;

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
public sealed partial class SystemNetMailTransport(SmtpSettings settings) : IMailTransport, IDisposable
{
    private const int MaxWords = 400;

    private readonly ConcurrentBag<SmtpClient> _idle = [];

    public async Task<DeliveryOutcome> Send(LeasedMail mail, string body, CancellationToken ct)
    {
        using var message = MailMessages.Create(mail, body);
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
    /// A 5xx about this mail is final. What concerns us rather than the mail is not: log-in or TLS needed, relaying denied (which is also what a server
    /// says when it did not take our log-in, for the client then goes on without one), a lost connection. Somebody mends the settings and the mail goes out.
    /// </summary>
    private static DeliveryVerdict Judge(SmtpException e) => (int)e.StatusCode switch
    {
        (int)SmtpStatusCode.MustIssueStartTlsFirst or 534 or 535 or 538 => DeliveryVerdict.Unreachable,
        >= 550 and <= 554 when e.Message.Contains("relay", StringComparison.OrdinalIgnoreCase) => DeliveryVerdict.Deferred,
        >= 500 and < 600 when e.InnerException is null or SmtpException => DeliveryVerdict.Refused,
        (int)SmtpStatusCode.ServiceNotAvailable => DeliveryVerdict.Unreachable,
        >= 400 and < 500 => DeliveryVerdict.Deferred,
        _ => DeliveryVerdict.Unreachable,
    };

    /// <summary>The server's words, without what it may quote of the mail: links and addresses.</summary>
    private static string Words(SmtpException e)
    {
        var words = e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message;
        if ((int)e.StatusCode > 0)
            words = $"{(int)e.StatusCode} {words}";
        words = Quoted().Replace(words, "[…]");
        return words.Length <= MaxWords ? words : words[..MaxWords];
    }

    [GeneratedRegex(@"https?:\S+|<[^<>\s]*@[^<>\s]*>|\S+@\S+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    private SmtpClient Connect() => new(settings.Host, settings.Port)
    {
        EnableSsl = settings.Security != SmtpSecurity.None,
        Credentials = settings.User is null ? null : new NetworkCredential(settings.User, settings.Password),
        UseDefaultCredentials = false,
    };
}
