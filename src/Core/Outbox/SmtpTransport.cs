using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace KenshinOtp.Outbox;

/// <summary>SMTP by a mail library: what is the same whichever it is. Connections are kept and used again.</summary>
/// <typeparam name="TClient">The library's connection to a mail server.</typeparam>
/// <typeparam name="TMessage">The library's mail.</typeparam>
internal abstract class SmtpTransport<TClient, TMessage>(TimeSpan timeout, TimeProvider time) : IMailTransport, IDisposable
    where TClient : class, IDisposable
    where TMessage : IDisposable
{
    // What lies between may forget a connection that says nothing, and say nothing of it: the next mail over it would wait in vain for as long as it may.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentBag<(TClient Client, long Since)> _idle = [];

    public async Task<DeliveryOutcome> Send(LeasedMail mail, string body, CancellationToken ct)
    {
        using var message = Compose(mail, body);
        // One limit for both tries: together they must end before the lease does.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);

        // A kept connection may have been closed by the server in the meantime: that says nothing of the mail, nor of the server.
        if (TryTakeKept(out var kept) && await Send(message, kept, limit.Token, ct) is { Verdict: not DeliveryVerdict.Unreachable } outcome)
            return outcome;
        return await Send(message, NewClient(), limit.Token, ct);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var kept))
            kept.Client.Dispose();
    }

    protected abstract TMessage Compose(LeasedMail mail, string body);

    protected abstract TClient NewClient();

    /// <summary>Connects and logs in, where the client is not connected yet and does not do that as it sends.</summary>
    protected virtual Task Enter(TClient client, CancellationToken ct) => Task.CompletedTask;

    protected abstract Task Hand(TClient client, TMessage message, CancellationToken ct);

    /// <summary>What a failure says of the mail or of the server.</summary>
    /// <param name="e">What the library threw.</param>
    /// <param name="entered">False: the server had not let us in, so it has not heard of the mail.</param>
    /// <returns>Null for what neither a mail server nor a network does.</returns>
    protected abstract DeliveryOutcome? Judge(Exception e, bool entered);

    private bool TryTakeKept([NotNullWhen(true)] out TClient? client)
    {
        while (_idle.TryTake(out var kept))
        {
            client = kept.Client;
            if (time.GetElapsedTime(kept.Since) < LongestSilence)
                return true;
            client.Dispose();
        }

        client = null;
        return false;
    }

    private async Task<DeliveryOutcome> Send(TMessage message, TClient client, CancellationToken limit, CancellationToken ct)
    {
        var entered = false;
        try
        {
            await Enter(client, limit);
            entered = true;
            await Hand(client, message, limit);
        }
        catch (Exception e)
        {
            client.Dispose();
            if (e is OperationCanceledException && !ct.IsCancellationRequested)
                return new(DeliveryVerdict.Unreachable, $"No answer within {timeout.TotalSeconds:0} seconds.", nameof(TimeoutException));
            if (Judge(e, entered) is { } outcome)
                return outcome;
            throw;
        }

        _idle.Add((client, time.GetTimestamp()));
        return new(DeliveryVerdict.Accepted);
    }
}
