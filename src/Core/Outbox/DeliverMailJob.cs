using KenshinOtp.Data;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Outbox;

/// <summary>How mail is delivered.</summary>
/// <param name="Lease">How long a worker may hold a mail; after a crash it is sent again by then at the latest.</param>
/// <param name="Lanes">How many mails go out at the same time.</param>
public sealed record DeliverySettings(TimeSpan Lease, int Lanes)
{
    /// <summary>
    /// The longest that the sending of one mail may take (<see cref="SmtpSettings.Timeout"/>): half the lease, so that a mail that is still being sent is never
    /// taken over by another worker.
    /// </summary>
    public TimeSpan LongestSend => Lease / 2;
}

/// <summary>
/// Sends what is due. A batch is leased at once, its mails are sent, and each is settled while others still go out; a crash in between sends again, with the
/// same Message-ID, what had not been settled.
/// </summary>
public sealed partial class DeliverMailJob(
    Database database, OutboxStore outbox, MailSettler settler, IMailTransport transport, DeliverySettings settings, TimeProvider time, ILogger<DeliverMailJob> log)
{
    private const int BatchSize = 250;

    private readonly string _owner = Ids.New(time.GetUtcNow());

    /// <returns>The number of mails that were sent.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var sent = 0;
        while (true)
        {
            var (due, batch) = await Lease(ct);
            await Deliver(batch, ct);
            sent += batch.Sent;
            if (batch.ServerAway || due < BatchSize)
                return sent;
        }
    }

    private async Task<(int Due, Batch Batch)> Lease(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<string> due;
        await using (var session = await database.Read(ct))
            due = await outbox.Due(session, now, BatchSize, ct);
        if (due.Count == 0)
            return (0, new Batch([], now, new(_owner, settings.Lease)));

        var settling = new SettlingBatch(_owner, settings.Lease);

        await using var tx = await database.Begin(ct);
        var mails = await outbox.Lease(tx, due, _owner, now, settings.Lease, ct);
        await tx.Commit(ct);
        return (due.Count, new Batch(mails, LastSend: now + settings.Lease - settings.LongestSend, settling));
    }

    private async Task Deliver(Batch batch, CancellationToken ct)
    {
        var settling = settler.Settle(batch.Settling, ct);

        // Not ended from outside: what was not begun is given back, what was sent is settled.
        await Parallel.ForEachAsync(batch.Mails, new ParallelOptions { MaxDegreeOfParallelism = settings.Lanes }, async (mail, _) => await Handle(mail, batch, ct));
        batch.Settling.Handled.Writer.Complete();
        await settling;
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// A mail is not sent when its lease could run out meanwhile: it, and what is left once the server is away or the database does not take down what was sent,
    /// waits on without a mark against it.
    /// </summary>
    private async Task Handle(LeasedMail mail, Batch batch, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        DeliveryOutcome? outcome = null;
        if (now >= mail.UselessAfter)
            outcome = new(DeliveryVerdict.Refused, DeliveryOutcome.TooLate, nameof(DeliveryOutcome.TooLate));
        else if (!batch.ServerAway && !batch.Settling.IsStuck && !ct.IsCancellationRequested && now <= batch.LastSend)
            outcome = await Send(mail, ct);
        batch.Add(mail, outcome);
    }

    /// <summary>A mail that cannot be read or written down is one mail's matter: it must not keep the others from leaving.</summary>
    private async Task<DeliveryOutcome> Send(LeasedMail mail, CancellationToken ct)
    {
        try
        {
            return await transport.Send(mail, outbox.Open(mail), ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return new(DeliveryVerdict.Deferred, "The worker was ended while it was being sent.", "WorkerEnded");
        }
#pragma warning disable CA1031 // whatever it is, the mail is tried again later and the log says why
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnsendable(mail.Id, e);
            return new(e is FormatException ? DeliveryVerdict.Refused : DeliveryVerdict.Deferred, "The mail could not be put together; see the log.", DeliveryOutcome.KindOf(e));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {MailId} cannot be put together")]
    private partial void LogUnsendable(string mailId, Exception exception);

    /// <summary>Mails under one lease.</summary>
    /// <param name="Mails">In the order in which they are due.</param>
    /// <param name="LastSend">After this no sending may begin.</param>
    /// <param name="Settling">How they are settled.</param>
    private sealed record Batch(IReadOnlyList<LeasedMail> Mails, DateTimeOffset LastSend, SettlingBatch Settling)
    {
        private int _sent;
        private volatile bool _serverAway;

        public int Sent => _sent;

        public bool ServerAway => _serverAway;

        public void Add(LeasedMail mail, DeliveryOutcome? outcome)
        {
            if (outcome?.Verdict == DeliveryVerdict.Accepted)
                Interlocked.Increment(ref _sent);
            if (outcome?.Verdict == DeliveryVerdict.Unreachable)
                _serverAway = true;
            Settling.Handled.Writer.TryWrite(new(mail, outcome));
        }
    }
}
