using System.Collections.Concurrent;
using System.Data.Common;
using KenshinOtp.Data;
using KenshinOtp.Telemetry;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Housekeeping;

/// <summary>The last round of a job that came to its end, in whichever process.</summary>
/// <param name="Name">The job.</param>
/// <param name="StartedAt">When the round began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Done">How many things it did; null if it failed.</param>
/// <param name="Error">What sort of failure it met, or null.</param>
public sealed record JobRun(string Name, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, int? Done, string? Error);

/// <summary>Keeps the last round of each job, for whoever watches. A round is written down when it ends: of one that was cut off nothing is known.</summary>
/// <remarks>Two rows a job: under its name the last round that was good, and under <c>NAME.failed</c> the last that failed.</remarks>
public sealed partial class JobRuns(Database database, Races races, Meters meters, TimeProvider time, ILogger<JobRuns> log)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private const string Failed = ".failed";

    private const string SelectAll = "select name, started_at, finished_at, done, error from job_run order by name";
    private const string InsertRow = "insert into job_run (name, started_at, finished_at, done, error) values (@Name, @StartedAt, @FinishedAt, @Done, @Error)";

    private const string UpdateRow =
        "update job_run set started_at = @StartedAt, finished_at = @FinishedAt, done = @Done, error = @Error where name = @Name";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _kept = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<JobRun>> All(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return [.. (await session.List<Row>(SelectAll, args: null, ct)).GroupBy(row => row.Job, StringComparer.Ordinal)
            .Select(job => job.OrderBy(row => row.StartedAt).ThenBy(row => row.Name.Length).Last().ToDomain())];
    }

    /// <returns>Job → the end of its last good round. Of rounds that did nothing one a minute is kept.</returns>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> LastGood(Session session, CancellationToken ct) =>
        (await session.List<Row>(SelectAll, args: null, ct)).Where(row => row.Done is not null)
            .ToDictionary(row => row.Job, row => Instants.FromRow(row.FinishedAt), StringComparer.Ordinal);

    /// <summary>
    /// Runs one round and keeps what came of it; of rounds that did nothing, one a minute. Rounds of one job take turns in a process, whoever rings for them:
    /// jobs remember things from one round to the next.
    /// </summary>
    /// <param name="name">The job.</param>
    /// <param name="round">One round; returns how many things it did.</param>
    /// <param name="ct">Ends the round, or the wait for its turn.</param>
    public async Task<int> Watch(string name, Func<CancellationToken, Task<int>> round, CancellationToken ct)
    {
        var turn = _turns.GetOrAdd(name, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(ct);
        try
        {
            return await RunAndKeep(name, round, ct);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<int> RunAndKeep(string name, Func<CancellationToken, Task<int>> round, CancellationToken ct)
    {
        var startedAt = time.GetUtcNow();
        try
        {
            var done = await Run(name, round, ct);
            if (done > 0 || startedAt - _kept.GetValueOrDefault(name) >= Quiet)
                await Keep(new(name, startedAt, time.GetUtcNow(), done, Error: null), ct);
            return done;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await KeepFailure(new(name, startedAt, time.GetUtcNow(), Done: null, races.NameOf(e)), ct); // the message may hold what no screen should show
            throw;
        }
    }

    /// <summary>What stands in the way of this most likely failed the round: that is what its caller must hear of.</summary>
    private async Task KeepFailure(JobRun run, CancellationToken ct)
    {
        try
        {
            await Keep(run, ct);
        }
#pragma warning disable CA1031 // whatever it is, the round's own fault is what matters; this one is logged
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnkept(run.Name, races.NameOf(e));
        }
    }

    private async Task<int> Run(string name, Func<CancellationToken, Task<int>> round, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        try
        {
            var done = await races.Run(_ => round(ct));
            meters.Ended(name, good: true, time.GetElapsedTime(began));
            return done;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            meters.Ended(name, good: false, time.GetElapsedTime(began));
            throw;
        }
    }

    private async Task Keep(JobRun run, CancellationToken ct)
    {
        try
        {
            await Write(run, ct);
        }
        catch (DbException e) when (database.Dialect.IsUniqueViolation(e))
        {
            await Write(run, ct); // another worker kept its first round at this moment: now there is a row to change
        }

        if (run.Done is not null)
            _kept[run.Name] = run.StartedAt;
    }

    private async Task Write(JobRun run, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var args = new { Name = run.Done is null ? run.Name + Failed : run.Name, StartedAt = run.StartedAt.ToRow(), FinishedAt = run.FinishedAt.ToRow(), run.Done, run.Error };
        if (await tx.Execute(UpdateRow, args, ct) == 0)
            await tx.Execute(InsertRow, args, ct);
        await tx.Commit(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job}: that its round failed could not be kept, {Fault}")]
    private partial void LogUnkept(string job, string fault);

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public long StartedAt { get; init; }
        public long FinishedAt { get; init; }
        public int? Done { get; init; }
        public string? Error { get; init; }

        public string Job => Name.EndsWith(Failed, StringComparison.Ordinal) ? Name[..^Failed.Length] : Name;

        public JobRun ToDomain() => new(Job, Instants.FromRow(StartedAt), Instants.FromRow(FinishedAt), Done, Error);
    }
}
