using KenshinOtp.Housekeeping;
using KenshinOtp.Staff;
using KenshinOtp.Worker.Jobs;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A job with its last round and its next one.</summary>
internal sealed record JobLine(Job Job, JobRun? Last, DateTimeOffset? Next);

/// <summary>The state of the jobs, and a round by hand.</summary>
internal sealed partial class JobBoard(JobRuns runs, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<JobBoard> log)
{
    public async Task<IReadOnlyList<JobLine>> Lines(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var last = (await runs.All(ct)).ToDictionary(run => run.Name, StringComparer.Ordinal);
        return [.. JobCatalogue.All.Select(job => new JobLine(job, last.GetValueOrDefault(job.Name), job.NextAfter(now)))];
    }

    /// <summary>One round now. It ends when it is done, whether or not the browser still waits: a mail that is broken off is sent twice.</summary>
    /// <returns>How many things it did; null if it failed, which the board then shows.</returns>
    public async Task<int?> Run(StaffVisit visit, Job job)
    {
        try
        {
            return await job.RunByHand(services, visit.Caller.Actor, visit.Institution.Id, lifetime.ApplicationStopping);
        }
#pragma warning disable CA1031 // whatever the round meets is logged and kept with the job; the person is shown that it failed
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(job.Name, e);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}, run by hand, failed")]
    private partial void LogFailed(string job, Exception exception);
}
