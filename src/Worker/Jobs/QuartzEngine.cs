using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace KenshinOtp.Worker.Jobs;

/// <summary>Rings the bell for the jobs of the catalogue, with Quartz. A round that fails is logged and rung again at its next time.</summary>
public static class QuartzEngine
{
    public static IServiceCollection AddJobEngine(this IServiceCollection services)
    {
        services.AddScoped<Round>();
        services.AddQuartz(quartz =>
        {
            // A round under way is told at once that it is to end, and waited for: it settles what it has done and gives back the rest.
            quartz.ConfigureScheduler(options => options.ShutdownJobInterruption = ShutdownJobInterruption.WhenWaitingForJobs);
            foreach (var job in JobCatalogue.All)
            {
                quartz.AddJob<Bell>(options => options.WithIdentity(job.Name));
                quartz.AddTrigger(options => options
                    .ForJob(job.Name)
                    .WithIdentity(job.Name)
                    .WithCronSchedule(job.Cron, cron => cron.InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing)));
            }
        });
        return services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
    }

    /// <summary>When the engine rings for a job next.</summary>
    public static DateTimeOffset? NextAfter(this Job job, DateTimeOffset now) => new CronExpression(job.Cron, TimeZoneInfo.Utc).GetNextValidTimeAfter(now);

    /// <summary>Whether the engine in this process shows pages of its own. This one has none.</summary>
    public static bool HasJobDashboard(this IServiceProvider services) => false;

    /// <summary>Maps the engine's own pages, of which this one has none.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="path">Where they begin.</param>
    /// <param name="back">The page that leads to them.</param>
    /// <param name="admit">Whether the caller may enter; has answered if not.</param>
    public static void MapJobDashboard(this IEndpointRouteBuilder routes, string path, string back, Func<HttpContext, Task<bool>> admit)
    {
    }
}

/// <summary>One ring: one round of the job named by the key. Rounds of one job never overlap in one process.</summary>
[DisallowConcurrentExecution]
internal sealed class Bell(Round round) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken ct = default) => await round.Run(context.JobDetail.Key.Name, ct);
}
