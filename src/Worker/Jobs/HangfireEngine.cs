using System.Collections.Concurrent;
using Cronos;
using Hangfire;
using Hangfire.InMemory;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace KenshinOtp.Worker.Jobs;

/// <summary>Rings the bell for the jobs of the catalogue, with Hangfire. A round that fails is logged and rung again at its next time.</summary>
/// <remarks>
/// Hangfire's own storage is this process's memory, whatever the product's database is. The state of the work is in the database already, and what Hangfire
/// would add there is of no use to it: tables that no migration made, writes for every ring, and locks that a killed worker leaves behind, so that no other
/// sends mail until they run out. As it is, each worker rings for itself.
/// </remarks>
public static class HangfireEngine
{
    // What the pages need beyond the product's own policy: a font of theirs for signs, and colours in style attributes. No inline script, no style element:
    // the one that the charts try to add is in the style sheet already.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private static readonly TimeSpan RoundsAreShownFor = TimeSpan.FromMinutes(30);

    public static IServiceCollection AddJobEngine(this IServiceCollection services) => services
        .AddSingleton(NewStorage)
        .AddHangfire(configuration => configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings())
        .AddSingleton<RoundsUnderWay>().AddScoped<Round>().AddScoped<Bell>()
        .AddHostedService<Timetable>()
        .AddHangfireServer(options =>
        {
            options.SchedulePollingInterval = TimeSpan.FromSeconds(1);
            options.WorkerCount = JobCatalogue.All.Count; // no job waits for another
            // A round under way is told at once that it is to end, and waited for; a host waits for 30 seconds.
            options.StopTimeout = TimeSpan.Zero;
            options.ShutdownTimeout = TimeSpan.FromSeconds(25);
        });

    private static JobStorage NewStorage(IServiceProvider services)
    {
        services.GetRequiredService<IGlobalConfiguration>(); // first of all: it makes this host's log Hangfire's, which is one for the whole process
        return new InMemoryStorage(new InMemoryStorageOptions { MaxExpirationTime = RoundsAreShownFor });
    }

    /// <summary>When the engine rings for a job next.</summary>
    public static DateTimeOffset? NextAfter(this Job job, DateTimeOffset now) => CronExpression.Parse(job.Cron, CronFormat.IncludeSeconds).GetNextOccurrence(now, TimeZoneInfo.Utc);

    /// <summary>Whether the engine in this process shows pages of its own: only where it rings, for it knows of no other process.</summary>
    public static bool HasJobDashboard(this IServiceProvider services) => services.GetService<JobStorage>() is not null;

    /// <summary>Maps the engine's own pages. They show and change nothing: a round by hand is run, and written down, on the product's page of jobs.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="path">Where they begin.</param>
    /// <param name="back">The page that leads to them.</param>
    /// <param name="admit">Whether the caller may enter; has answered if not.</param>
    public static void MapJobDashboard(this IEndpointRouteBuilder routes, string path, string back, Func<HttpContext, Task<bool>> admit)
    {
        if (!routes.ServiceProvider.HasJobDashboard())
            return;
        var options = new DashboardOptions
        {
            AppPath = back,
            DashboardTitle = "KenshinOtp",
            DisplayStorageConnectionString = false,
            IsReadOnlyFunc = _ => true,
            // A page left open asks for figures again and again. It must not pass for somebody at work, so it asks when the session has long ended.
            StatsPollingInterval = (int)(2 * StaffSessions.IdleLimit).TotalMilliseconds,
        };
        // The gate stands before everything: Hangfire's own filters let unknown addresses by.
        routes.MapHangfireDashboardWithNoAuthorizationFilters(path, options).ExcludeFromDescription().Add(endpoint =>
        {
            var pages = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = async http =>
            {
                if (!await admit(http))
                    return;
                http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                await pages(http);
            };
        });
    }
}

/// <summary>Tells Hangfire the catalogue. After a pause of the machine a job is rung once, however often its time has passed.</summary>
internal sealed class Timetable(IRecurringJobManager engine) : IHostedService
{
    public Task StartAsync(CancellationToken ct)
    {
        foreach (var job in JobCatalogue.All)
            engine.AddOrUpdate<Bell>(job.Name, bell => bell.Ring(job.Name, CancellationToken.None), job.Cron, new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc });
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken ct) => Task.CompletedTask;
}

/// <summary>
/// The jobs that have a round under way in this process. Hangfire's own filter against overlapping would keep a thread waiting for the round to end, or count
/// the ring as a failure; a ring that comes during a round has simply nothing to add.
/// </summary>
internal sealed class RoundsUnderWay
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    /// <returns>False if one is under way already.</returns>
    public bool Begin(string job) => _names.TryAdd(job, value: true);

    public void End(string job) => _names.TryRemove(job, out _);
}

/// <summary>One ring: one round of a job. Rounds of one job never overlap in one process.</summary>
internal sealed class Bell(Round round, RoundsUnderWay rounds)
{
    [JobDisplayName("{0}")]
    [AutomaticRetry(Attempts = 0)]
    public async Task Ring(string name, CancellationToken ct)
    {
        if (!rounds.Begin(name))
            return;
        try
        {
            await round.Run(name, ct);
        }
        finally
        {
            rounds.End(name);
        }
    }
}
