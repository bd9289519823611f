using System.Diagnostics.Metrics;
using KenshinOtp.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Telemetry;

/// <summary>
/// What waits, as gauges. They are read when somebody observes them, on the observer's thread and never on that of a call; while nobody does, nothing is asked.
/// While the database does not answer they are silent.
/// </summary>
public sealed partial class Gauges(IMeterFactory factory, Database database, WatchStore store, TimeProvider time, ILogger<Gauges> log) : IHostedService
{
    // All gauges of one observation share one reading, also one that failed: an observer waits once for a database that is away.
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Backlog? _backlog;
    private long? _readAt;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = factory.Create(Meters.Name);
        meter.CreateObservableGauge("kenshin.mail.waiting", () => Number(backlog => backlog.MailsWaiting), "{mail}", "Mails that have not left");
        meter.CreateObservableGauge("kenshin.mail.oldest.age", () => Age(backlog => backlog.OldestMailAt ?? Now), "s", "How long the oldest of them has waited; 0 without one");
        meter.CreateObservableGauge("kenshin.mail.failed", () => Number(backlog => backlog.MailsFailed), "{mail}", "Mails refused for good or returned, for which somebody still waits");
        meter.CreateObservableGauge("kenshin.audit.seal.age", () => Age(backlog => backlog.SealedAt), "s", "Since the newest seal of the audit trail");
        meter.CreateObservableGauge("kenshin.audit.unsealed.age", () => Age(backlog => backlog.UnsealedSince ?? Now), "s", "How long the oldest entry has waited to be sealed; 0 without one");
        meter.CreateObservableGauge("kenshin.job.good.age", Rounds, "s", "Since the last good round of each job, in whichever process");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private DateTimeOffset Now => time.GetUtcNow();

    private IEnumerable<Measurement<long>> Number(Func<Backlog, long> what) => Look() is { } backlog ? [new(what(backlog))] : [];

    private IEnumerable<Measurement<double>> Age(Func<Backlog, DateTimeOffset?> since) =>
        Look() is { } backlog && since(backlog) is { } instant ? [new(SecondsSince(instant))] : [];

    private IEnumerable<Measurement<double>> Rounds() =>
        Look()?.GoodRounds.Select(round => new Measurement<double>(SecondsSince(round.Value), new KeyValuePair<string, object?>("job", round.Key))) ?? [];

    /// <summary>Nodes' clocks differ a little: nothing is younger than now.</summary>
    private double SecondsSince(DateTimeOffset instant) => Math.Max(0, (Now - instant).TotalSeconds);

    private Backlog? Look()
    {
        lock (_gate)
        {
            if (_readAt is null || time.GetElapsedTime(_readAt.Value) >= Freshness)
                (_backlog, _readAt) = (ReadOrNull(), time.GetTimestamp());
            return _backlog;
        }
    }

    /// <summary>An observer asks without a task: its thread is its own, and waits for a bounded time.</summary>
    private Backlog? ReadOrNull()
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            return Read(patience.Token).GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // what one reading meets must not end the export of everything else
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (_backlog is not null || _readAt is null)
                LogUnread(e);
            return null;
        }
    }

    private async Task<Backlog> Read(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await store.Backlog(session, Now, ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waits in the database cannot be read; its gauges are silent until it can")]
    private partial void LogUnread(Exception exception);
}
