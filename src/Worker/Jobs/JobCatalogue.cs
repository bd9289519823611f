using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Housekeeping;
using KenshinOtp.Outbox;
using KenshinOtp.Renewal;
using KenshinOtp.Withdrawal;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Jobs;

/// <summary>A scheduled job. The engine only rings the bell; the state of the work is in the database, so any number of workers may run it.</summary>
/// <param name="Name">As operators type it.</param>
/// <param name="Cron">When: seconds, minutes, hours, day of month, month, day of week; in UTC.</param>
/// <param name="RunOnce">One round; returns how many things it did.</param>
public sealed record Job(string Name, string Cron, Func<IServiceProvider, CancellationToken, Task<int>> RunOnce)
{
    /// <summary>Whether it hands mail to a server: the others need no setting that says how.</summary>
    public bool SendsMail { get; init; }

    /// <summary>Whether it writes beside the master keys. A node of the API may have a directory of its own for them, or one that it cannot write: staff are not offered it.</summary>
    public bool WritesBesideKeys { get; init; }

    /// <summary>One round, of which staff see when it was and what came of it.</summary>
    public Task<int> RunWatched(IServiceProvider services, CancellationToken ct) =>
        services.GetRequiredService<JobRuns>().Watch(Name, token => RunOnce(services, token), ct);

    /// <summary>One round that a person asked for: that is written down before it begins.</summary>
    /// <param name="services">What the round needs.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="institutionId">Whose staff that is; empty for an operator, who works for all institutions.</param>
    /// <param name="ct">Ends the round.</param>
    public async Task<int> RunByHand(IServiceProvider services, Actor by, string institutionId, CancellationToken ct)
    {
        await using (var tx = await services.GetRequiredService<Database>().Begin(ct))
        {
            var (journal, now) = (services.GetRequiredService<Journal>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
            await tx.Commit(await journal.Write(tx, new Entry("job.runByHand", by, institutionId) { After = Name }, now, ct), ct);
        }

        return await RunWatched(services, ct);
    }
}

/// <summary>Every job once.</summary>
public static class JobCatalogue
{
    public static IReadOnlyList<Job> All { get; } =
    [
        new("mail", "0/2 * * * * ?", (services, ct) => services.GetRequiredService<DeliverMailJob>().RunOnce(ct)) { SendsMail = true },
        new("expiry", "0 0/10 * * * ?", (services, ct) => services.GetRequiredService<ExpiryJob>().RunOnce(ct)),
        new("grace", "0 5 * * * ?", (services, ct) => services.GetRequiredService<GraceJob>().RunOnce(ct)),
        new("seal", "30 * * * * ?", (services, ct) => services.GetRequiredService<SealJob>().RunOnce(ct)) { WritesBesideKeys = true },
        new("cleanup", "0 15 * * * ?", (services, ct) => services.GetRequiredService<CleanupJob>().RunOnce(ct)),
    ];

    public static Job? Find(string name) => All.FirstOrDefault(job => job.Name == name);
}
