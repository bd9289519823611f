using System.Diagnostics;
using System.Threading.Channels;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Telemetry;
using KenshinOtp.Tokens;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Verification;

/// <summary>
/// Group commit: verifications in flight wait in a queue, and one writer drains it into one transaction after the other. They are answered when its commit is
/// durable; the more there are in flight, the more share one.
/// </summary>
public sealed partial class VerificationWriter : IAsyncDisposable
{
    private const int MaxInBatch = 128, MaxWaiting = 10_000, MaxTries = 3, Remembered = 1_000_000;

    // Others wait behind a batch: so long at most are its verifications tried one by one.
    private static readonly TimeSpan LongestAlone = TimeSpan.FromSeconds(10);

    private readonly Channel<PendingVerification> _queue = Channel.CreateBounded<PendingVerification>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly RememberedSubjects _remembered = new(Remembered);
    private readonly SqlDialect _dialect;
    private readonly Lane _lane;
    private readonly PasswordCheck _passwords;
    private readonly TokenSecrets _secrets;
    private readonly AuditChains _chains;
    private readonly Journal _journal;
    private readonly Meters _meters;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _writer;

    public VerificationWriter(
        Database database, PasswordCheck passwords, TokenSecrets secrets, AuditStore entries, AuditMac macs, Meters meters, TimeProvider time,
        ILogger<VerificationWriter> log)
    {
        (_dialect, _lane, _passwords, _secrets) = (database.Dialect, new Lane(database, time), passwords, secrets);
        _chains = new AuditChains(entries, macs, meters); // chains of its own: the writer waits for no other change of this process
        _journal = new Journal(_chains);
        (_meters, _time, _log) = (meters, time, log);
        _writer = Task.Run(Write);
    }

    /// <returns>The result, durable; null if the caller is no longer what the request says.</returns>
    /// <exception cref="OverloadedException">More verifications wait than can be answered in time.</exception>
    internal Task<Result<VerificationResult>?> Record(VerifyOtp request, IWitness witness, DateTimeOffset now, CancellationToken ct)
    {
        var pending = new PendingVerification(request, witness, now, _time.GetTimestamp(), ct);
        return _queue.Writer.TryWrite(pending) ? pending.Answer : throw new OverloadedException();
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writer;
        await _lane.DisposeAsync();
        _chains.Dispose();
    }

    private async Task Write()
    {
        var batch = new List<PendingVerification>(MaxInBatch);
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxInBatch && _queue.Reader.TryRead(out var pending))
            {
                if (pending.IsAbandoned)
                    pending.Abandon();
                else
                    batch.Add(pending);
            }

            await Settle(batch, triesLeft: MaxTries);
            batch.Clear();
        }
    }

    /// <summary>Writes a batch; where one of several breaks it, each is tried alone, so that it breaks nobody else's.</summary>
    private async Task Settle(IReadOnlyList<PendingVerification> batch, int triesLeft)
    {
        if (batch.Count == 0)
            return;
        var (tx, isDurable, begun) = ((Tx?)null, false, Stopwatch.GetTimestamp());
        try
        {
            await using (tx = await _lane.Begin(CancellationToken.None))
            {
                var work = new VerificationBatch(tx, _passwords, _secrets, _journal, _remembered, atOnce: triesLeft == MaxTries);
                var judged = await work.Judge(batch, CancellationToken.None);
                await work.Note(judged, CancellationToken.None);
                await tx.Commit(CancellationToken.None);
                isDurable = true;
                Answer(batch, judged);
                work.Remember(judged);
                Count(judged);
            }
        }
#pragma warning disable CA1031 // whoever waits is told; the writer goes on
        catch (Exception e) when (isDurable)
        {
            Forget(batch);
            LogAfterCommit(e);
        }
        catch (Exception e)
#pragma warning restore CA1031
        {
            Undo(batch);
            await (BatchFates.Of(_dialect, e, tx, Stopwatch.GetElapsedTime(begun)) switch
            {
                BatchFate.OutcomeOpen => Break(batch, new OutcomeOpenException(e)),
                BatchFate.Lost or BatchFate.AwayForAMoment when triesLeft > 1 => Settle(batch, triesLeft - 1),
                BatchFate.AwayForAMoment or BatchFate.Away => Break(batch, e),
                _ when batch.Count > 1 => Alone(batch),
                _ => Break(batch, e),
            });
        }
    }

    private static void Answer(IReadOnlyList<PendingVerification> batch, IReadOnlyList<PendingVerification> judged)
    {
        foreach (var item in judged)
            item.Finish();
        foreach (var item in batch)
            item.SendBack(); // does nothing to those that are finished
    }

    private void Count(IReadOnlyList<PendingVerification> durable)
    {
        _meters.Committed(durable.Count);
        for (var i = 0; i < durable.Count; i++)
        {
            if (durable[i].Obstacle is null)
                _meters.Verified(durable[i].Verdict.Reason, _time.GetElapsedTime(durable[i].ArrivedAt));
        }
    }

    private async Task Alone(IReadOnlyList<PendingVerification> batch)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var item in batch)
        {
            if (Stopwatch.GetElapsedTime(begun) < LongestAlone)
                await Settle([item], triesLeft: 1);
            else
                await Break([item], new OverloadedException());
        }
    }

    private void Undo(IReadOnlyList<PendingVerification> batch)
    {
        Forget(batch);
        foreach (var item in batch)
            item.Witness.Undone();
    }

    private void Forget(IReadOnlyList<PendingVerification> batch)
    {
        foreach (var item in batch)
            _remembered.Forget(item.Key);
    }

    private static Task Break(IReadOnlyList<PendingVerification> batch, Exception fault)
    {
        foreach (var item in batch)
            item.Break(fault);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of verifications was written and answered, and then something failed")]
    private partial void LogAfterCommit(Exception fault);
}
