using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Housekeeping;
using KenshinOtp.Rotation;
using KenshinOtp.Security;
using KenshinOtp.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary><c>status</c>: one look at the whole; exit code 1 when something needs a person. It writes nothing, and makes no key.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "One look at the whole: database, keys, jobs, mail, audit trail; exit code 1 when something needs a person");
        OperatorCommands.Serve(command, async (services, terminal, _, ct) =>
        {
            var report = await Look(services, ct);
            var said = terminal.Say(report, Lines(report, services.GetRequiredService<TimeProvider>().GetUtcNow()));
            return report.Well ? said : Terminal.Refused;
        }, needsSchema: false);
        return command;
    }

    private static async Task<StatusReport> Look(IServiceProvider services, CancellationToken ct)
    {
        var provider = services.GetRequiredService<Settings>().DatabaseProvider;
        try
        {
            await services.GetRequiredService<Migrator>().RequireCurrent(ct);
        }
        catch (DbException e)
        {
            var refusal = services.GetRequiredService<SqlDialect>().RefusalOf(e);
            var words = $"{refusal ?? "No connection to the database"} (Database__ConnectionString): {e.Message}";
            return new(new(provider, Reachable: refusal is not null, SchemaCurrent: null), [new("database_away", words)]);
        }
        catch (SchemaException e)
        {
            return await LookAtKeys(services, new(new(provider, Reachable: true, SchemaCurrent: false), [new("schema", e.Message)]), ct);
        }

        var report = await LookAtRights(services, new(new(provider, Reachable: true, SchemaCurrent: true), []), ct);
        return await LookAtWork(services, await LookAtKeys(services, report, ct), ct);
    }

    private static async Task<StatusReport> LookAtRights(IServiceProvider services, StatusReport report, CancellationToken ct)
    {
        await using var session = await services.GetRequiredService<Database>().Read(ct);
        return await session.IsReadOnly(ct)
            ? report.With(new Trouble(
                "database_read_only",
                "The database can be read and not written (Database__ConnectionString): it is a standby, or this user may not write its file."))
            : report;
    }

    private static async Task<StatusReport> LookAtKeys(IServiceProvider services, StatusReport report, CancellationToken ct)
    {
        var directory = services.GetRequiredService<Settings>().KeysDirectory;
        try
        {
            if (!FileKeyRing.IsFilled(directory))
            {
                return report.With(new Trouble(
                    "keys",
                    $"No master key lies in {Path.GetFullPath(directory)}. Restore the directory from its backup; "
                    + "in a new centre the first program to start makes the key."));
            }

            if (report.Database.SchemaCurrent != true)
                return report;
            await using var session = await services.GetRequiredService<Database>().Read(ct);
            var stand = await services.GetRequiredService<KeyRegister>().Read(session, ct);
            var since = stand.Resealing ? await services.GetRequiredService<WatchStore>().RotatingSince(session, stand.Current!, ct) : null;
            var missing = await services.GetRequiredService<KeyUses>().Missing(session, stand, ct);
            return report.With(stand, since, missing, Path.GetFullPath(directory), services.GetRequiredService<TimeProvider>().GetUtcNow());
        }
        catch (Exception e) when (e is KeyRingException or IOException or UnauthorizedAccessException)
        {
            return report.With(new Trouble("keys", e.Message));
        }
    }

    private static async Task<StatusReport> LookAtWork(IServiceProvider services, StatusReport report, CancellationToken ct)
    {
        var store = services.GetRequiredService<WatchStore>();
        var runs = await services.GetRequiredService<JobRuns>().All(ct);
        await using var session = await services.GetRequiredService<Database>().Read(ct);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        return report.With(await store.Backlog(session, now, ct), await store.Holdings(session, ct), runs, now);
    }

    private static IEnumerable<string> Lines(StatusReport report, DateTimeOffset now) =>
    [
        Line("Database", $"{report.Database.Provider}, {Words(report.Database)}"),
        .. report.Keys is { } keys ? [Line("Keys", Words(keys))] : Array.Empty<string>(),
        .. report.Jobs?.Select((job, i) => Line(i == 0 ? "Jobs" : "", $"{job.Name,-8} {Words(job, now)}")) ?? [],
        .. report.Mail is { } mail ? [Line("Mail", Words(mail))] : Array.Empty<string>(),
        .. report.Audit is { } audit ? [Line("Audit", Words(audit))] : Array.Empty<string>(),
        .. report.Tokens is { } tokens ? [Line("Tokens", Words(tokens))] : Array.Empty<string>(),
        .. report.Institutions is { } institutions ? [Line("Institutions", Number(institutions))] : Array.Empty<string>(),
        report.Well ? "All is well." : "Needs a person:",
        .. report.Troubles.Select(trouble => $"  {trouble.Code}: {trouble.Detail}"),
    ];

    private static string Line(string what, string words) => $"{what,-13} {words}";

    private static string Words(DatabaseState database) =>
        !database.Reachable ? "NO CONNECTION" : database.SchemaCurrent switch
        {
            true => "schema current",
            false => "SCHEMA NOT CURRENT",
            null => "REFUSED",
        };

    private static string Words(KeysState keys) =>
        (keys.Active is null ? "none seals yet" : $"{keys.Active} seals")
        + (keys.Prepared is null ? "" : $", {keys.Prepared} is prepared")
        + (keys.Rotating ? ", a rotation is under way" : "");

    private static string Words(JobState job, DateTimeOffset now)
    {
        var last = job.Outcome switch
        {
            null => "no round yet",
            "good" => $"{Ages.Ago(job.LastRoundAt, now)}, {Number(job.Done ?? 0)} done",
            _ => $"FAILED {Ages.Ago(job.LastRoundAt, now)} ({job.Error}), last good {Ages.Ago(job.LastGoodAt, now)}",
        };
        return job.Overdue ? last + ", OVERDUE" : last;
    }

    private static string Words(MailState mail) =>
        $"{Number(mail.Waiting)} waiting{(mail.OldestSeconds is { } seconds ? $", the oldest for {Ages.Span(seconds)}" : "")}; {Number(mail.Failed)} failed";

    private static string Words(AuditState audit) =>
        (audit.SealSeconds is { } seal ? $"sealed {Ages.Span(seal)} ago" : "never sealed")
        + (audit.UnsealedSeconds is { } entry ? $", the oldest entry not sealed is {Ages.Span(entry)} old" : "");

    private static string Words(IReadOnlyDictionary<string, long> tokens) =>
        tokens.Count == 0 ? "none" : string.Join(", ", tokens.Select(token => $"{token.Key} {Number(token.Value)}"));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
