using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Housekeeping;
using KenshinOtp.Rotation;
using KenshinOtp.Security;
using KenshinOtp.Telemetry;
using KenshinOtp.Worker.Jobs;

namespace KenshinOtp.Worker.Commands;

/// <summary>Something that needs a person.</summary>
/// <param name="Code">For programs: <c>job_overdue</c>, <c>mail_late</c> …</param>
/// <param name="Detail">For people, with what to look at.</param>
internal sealed record Trouble(string Code, string Detail);

/// <param name="Provider">The engine.</param>
/// <param name="Reachable">Whether it answers, be it with a refusal.</param>
/// <param name="SchemaCurrent">Whether this program can work on its schema; null if that could not be asked.</param>
internal sealed record DatabaseState(string Provider, bool Reachable, bool? SchemaCurrent);

/// <param name="Active">The key that seals; null in a database that no process has used yet.</param>
/// <param name="Prepared">The key that is to seal next, or null.</param>
/// <param name="Rotating">Whether a rotation has begun and not come to its end.</param>
internal sealed record KeysState(string? Active, string? Prepared, bool Rotating);

/// <param name="Name">The job.</param>
/// <param name="LastRoundAt">When its last round began; null if it never had one.</param>
/// <param name="Outcome"><c>good</c> or <c>failed</c>.</param>
/// <param name="Done">How many things it did.</param>
/// <param name="Error">What sort of failure it met.</param>
/// <param name="LastGoodAt">When its last good round ended.</param>
/// <param name="Overdue">Whether that is too long ago.</param>
internal sealed record JobState(string Name, DateTimeOffset? LastRoundAt, string? Outcome, int? Done, string? Error, DateTimeOffset? LastGoodAt, bool Overdue);

/// <param name="Waiting">Mails that have not left.</param>
/// <param name="OldestSeconds">How long the oldest of them has waited.</param>
/// <param name="Failed">Mails refused for good.</param>
internal sealed record MailState(long Waiting, long? OldestSeconds, long Failed);

/// <param name="SealSeconds">Since the newest seal; null where there is none.</param>
/// <param name="UnsealedSeconds">Since the oldest entry that no seal covers; null where all are sealed.</param>
internal sealed record AuditState(long? SealSeconds, long? UnsealedSeconds);

/// <summary>The state of the whole, and what in it needs a person. What could not be asked is null.</summary>
internal sealed record StatusReport(DatabaseState Database, IReadOnlyList<Trouble> Troubles)
{
    // A job rings again after a round that was lost; and rounds that did nothing are kept once a minute, those with much to do end late.
    private const int LateRounds = 3;
    private static readonly TimeSpan LongRound = TimeSpan.FromMinutes(10);

    // Carriers that let a first attempt wait take the mail within ten minutes; a customer at the bank's screen waits no longer either.
    private static readonly TimeSpan LateMail = TimeSpan.FromMinutes(15);

    // Five rounds of the job: what is not sealed can be cut off unseen.
    private static readonly TimeSpan LateSeal = TimeSpan.FromMinutes(5);

    // Ten million tokens take a quarter of an hour.
    private static readonly TimeSpan LongRotation = TimeSpan.FromHours(1);

    public bool Well => Troubles.Count == 0;

    public KeysState? Keys { get; init; }

    public IReadOnlyList<JobState>? Jobs { get; init; }

    public MailState? Mail { get; init; }

    public AuditState? Audit { get; init; }

    /// <summary>State as stored → number of tokens.</summary>
    public IReadOnlyDictionary<string, long>? Tokens { get; init; }

    public long? Institutions { get; init; }

    public StatusReport With(Trouble trouble) => this with { Troubles = [.. Troubles, trouble] };

    /// <summary>Judges what the database says of the master keys.</summary>
    /// <param name="stand">Which key is what.</param>
    /// <param name="rotatingSince">When the rotation under way began; null where that is not known any more.</param>
    /// <param name="missing">Earlier keys that are needed and not on this host.</param>
    /// <param name="directory">Where they should lie.</param>
    /// <param name="now">The instant.</param>
    public StatusReport With(KeyStand stand, DateTimeOffset? rotatingSince, IReadOnlyList<OldKey> missing, string directory, DateTimeOffset now)
    {
        var troubles = missing.Select(key => new Trouble(
            "keys",
            $"The master key {key.Key} is missing from {directory}, and is still needed by {KeyCommands.Needs(key)}. "
            + $"Restore {FileKeyRing.FileName(key.Key)} from its backup, or copy it from a host that has it.")).ToList();
        if (stand.Resealing && !(now - rotatingSince <= LongRotation))
        {
            var begun = rotatingSince is null ? "long ago" : Ages.Ago(rotatingSince, now);
            troubles.Add(new(
                "rotation_unfinished",
                $"The rotation to key {stand.Current} began {begun} and has not come to its end; a million tokens take two minutes. "
                + "It goes on with: kenshin-otp keys rotate"));
        }

        return this with { Troubles = [.. Troubles, .. troubles], Keys = new(stand.Current, stand.Prepared, stand.Resealing) };
    }

    /// <summary>Judges what the database says of the work.</summary>
    /// <param name="backlog">What waits.</param>
    /// <param name="holdings">What the centre holds.</param>
    /// <param name="runs">The last round of each job.</param>
    /// <param name="now">The instant.</param>
    public StatusReport With(Backlog backlog, Holdings holdings, IReadOnlyList<JobRun> runs, DateTimeOffset now)
    {
        var jobs = JobCatalogue.All.Select(job => State(job, runs.FirstOrDefault(run => run.Name == job.Name), backlog, holdings.MigratedAt, now)).ToList();
        return this with
        {
            Troubles = [.. Troubles, .. TroublesOf(jobs, now), .. TroublesOf(backlog, now)],
            Jobs = jobs,
            Mail = new(backlog.MailsWaiting, Ages.Seconds(backlog.OldestMailAt, now), backlog.MailsFailed),
            Audit = new(Ages.Seconds(backlog.SealedAt, now), Ages.Seconds(backlog.UnsealedSince, now)),
            Tokens = holdings.Tokens,
            Institutions = holdings.Institutions,
        };
    }

    private static IEnumerable<Trouble> TroublesOf(IReadOnlyList<JobState> jobs, DateTimeOffset now)
    {
        if (jobs.FirstOrDefault(job => job.Error == nameof(AuditCutException)) is { } cut)
        {
            yield return new(
                "audit_cut",
                $"The job {cut.Name} found {Ages.Ago(cut.LastRoundAt, now)} that the audit trail ends before the seal in audit-head: "
                + "entries were cut off, or an older database was put back. Run: kenshin-otp audit verify");
        }

        if (jobs.FirstOrDefault(job => job.Error == Races.DiskFull) is { } full)
        {
            yield return new(
                "disk_full",
                $"The job {full.Name} found {Ages.Ago(full.LastRoundAt, now)} that the database has no room on its disk. "
                + "Make room: what was put off goes on by itself.");
        }

        foreach (var late in jobs.Where(job => job.Overdue))
        {
            yield return new(
                "job_overdue",
                $"The last good round of the job {late.Name} was {Ages.Ago(late.LastGoodAt, now)}. "
                + "Does a worker run? Its log says why a round fails.");
        }
    }

    private static IEnumerable<Trouble> TroublesOf(Backlog backlog, DateTimeOffset now)
    {
        if (backlog.OldestMailAt is { } queued && now - queued > LateMail)
        {
            yield return new(
                "mail_late",
                $"The oldest mail was queued {Ages.Ago(queued, now)}. Does a worker run, is the mail server up? "
                + "The staff console's page of deliveries has the server's answers.");
        }

        if (backlog.UnsealedSince is { } written && now - written > LateSeal)
            yield return new("audit_unsealed", $"An entry of the audit trail was written {Ages.Ago(written, now)} and is not sealed. Does a worker run the job seal?");
    }

    private static JobState State(Job job, JobRun? last, Backlog backlog, DateTimeOffset migratedAt, DateTimeOffset now)
    {
        DateTimeOffset? good = backlog.GoodRounds.TryGetValue(job.Name, out var at) ? at : null;
        var next = job.NextAfter(now);
        var period = next is { } ring ? job.NextAfter(ring) - ring : null;
        return new(
            job.Name,
            last?.StartedAt,
            last is null ? null : last.Done is null ? "failed" : "good",
            last?.Done,
            last?.Error,
            good,
            Overdue: now - (good ?? migratedAt) > LateRounds * (period ?? TimeSpan.Zero) + LongRound); // a new centre's jobs have yet to be rung for
    }
}
