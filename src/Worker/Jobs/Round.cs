using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Worker.Jobs;

/// <summary>What an engine does when it rings: one round of a job, watched and logged. A round that fails is logged, and the job is rung again at its next time.</summary>
internal sealed partial class Round(IServiceProvider services, ILogger<Round> log)
{
    /// <param name="name">The job's name in the catalogue.</param>
    /// <param name="ct">Tells the round that it is to end: it settles what it has done and gives back the rest.</param>
    /// <exception cref="InvalidOperationException">The catalogue has no such job.</exception>
    public async Task Run(string name, CancellationToken ct)
    {
        var job = JobCatalogue.Find(name) ?? throw new InvalidOperationException($"The catalogue has no job '{name}'.");
        var started = Stopwatch.GetTimestamp();
        try
        {
            var count = await job.RunWatched(services, ct);
            if (count > 0)
                LogDone(name, count, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            LogStopped(name);
        }
#pragma warning disable CA1031 // the engine must outlive whatever one round meets; it is logged and the round comes again
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(name, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: {Count} done in {Milliseconds:0} ms")]
    private partial void LogDone(string job, int count, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}: stopped")]
    private partial void LogStopped(string job);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} failed")]
    private partial void LogFailed(string job, Exception exception);
}
