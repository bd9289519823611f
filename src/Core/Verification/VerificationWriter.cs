using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Telemetry;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>One writer of verifications: drains its queue into one transaction after the other.</summary>
internal sealed class VerificationWriter : IAsyncDisposable
{
    private const int MaxInBatch = 128, MaxWaiting = 10_000, MaxTries = 3, Remembered = 1_000_000;

    // Others wait behind a batch. One whose database has not answered for longer is not tried again, and so long are verifications tried one by one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), LongestAlone = TimeSpan.FromSeconds(10);

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
    private readonly Task _writer;

    public VerificationWriter(Database database, PasswordCheck passwords, TokenSecrets secrets, AuditStore entries, AuditMac macs, Meters meters, TimeProvider time)
    {
        (_dialect, _lane, _passwords, _secrets) = (database.Dialect, new Lane(database, time), passwords, secrets);
        _chains = new AuditChains(entries, macs, meters); // chains of its own: the writer waits for no other change of this process
        _journal = new Journal(_chains);
        (_meters, _time) = (meters, time);
        _writer = Task.Run(Write);
    }

    /// <exception cref="OverloadedException">More verifications wait than can be answered in time.</exception>
    public void Add(PendingVerification pending)
    {
        if (!_queue.Writer.TryWrite(pending))
            throw new OverloadedException();
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
        Tx? tx = null;
        var begun = Stopwatch.GetTimestamp();
        try
        {
            await using (tx = await _lane.Begin(CancellationToken.None))
                await Record(tx, batch, atOnce: triesLeft == MaxTries);
        }
#pragma warning disable CA1031 // whoever waits is told; the writer goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            Undo(batch);
            var isLost = e is LostRaceException || (e is DbException race && _dialect.IsLostRace(race));
            var isAway = e is OverloadedException || e is DbException fault && !isLost && !_dialect.IsRowHeld(fault) && _dialect.IsTransient(fault);
            if (tx is { IsOutcomeOpen: true })
                Break(batch, e);
            else if (triesLeft > 1 && (isLost || (isAway && Stopwatch.GetElapsedTime(begun) < Patience)))
                await Settle(batch, triesLeft - 1);
            else if (batch.Count > 1 && !isAway)
                await Alone(batch);
            else
                Break(batch, e);
        }
    }

    private async Task Record(Tx tx, IReadOnlyList<PendingVerification> batch, bool atOnce)
    {
        var work = new VerificationBatch(tx, _passwords, _secrets, _journal, _remembered, atOnce);
        var judged = await work.Judge(batch, CancellationToken.None);
        await work.Note(judged, CancellationToken.None);
        await tx.Commit(judged.Count, CancellationToken.None);
        work.Remember(judged);
        Count(judged);
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
                Break([item], new OverloadedException());
        }
    }

    private void Undo(IReadOnlyList<PendingVerification> batch)
    {
        foreach (var item in batch)
        {
            _remembered.Forget(item.Key);
            item.Witness.Undone();
        }
    }

    private static void Break(IReadOnlyList<PendingVerification> batch, Exception fault)
    {
        foreach (var item in batch)
            item.Break(fault);
    }
}
