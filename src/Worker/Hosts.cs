using KenshinOtp.Configuration;
using KenshinOtp.Security;
using KenshinOtp.Worker.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Worker;

/// <summary>The worker as a service, and the few services that a command needs.</summary>
internal static class Hosts
{
    /// <summary>How long the worker may take to end once it is told to: the 30 seconds that a host gives to the rounds under way, and what comes after them.</summary>
    public static readonly TimeSpan LongestEnding = TimeSpan.FromSeconds(35);

    /// <exception cref="SettingsException">The configuration is not usable.</exception>
    public static IHost Worker()
    {
        var builder = Builder();
        var development = builder.Environment.IsDevelopment();
        builder.Services.AddKenshinOtp(Settings.Read(builder.Configuration, lenient: development, development)).AddJobEngine();
        var host = builder.Build();
        UnknownKeys.Tell(host.Services);
        return host;
    }

    /// <param name="lenient">Whether what the command does not touch may be missing from the configuration.</param>
    /// <param name="sendsMail">Whether it needs to know how mail is sent.</param>
    public static ServiceProvider ForCommand(bool lenient, bool sendsMail)
    {
        // The same sources as the worker's own, so that a command never speaks to another database than the worker.
        var builder = Builder();
        var (configuration, development) = (builder.Configuration, builder.Environment.IsDevelopment());
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)
                .AddFilter("KenshinOtp.Outbox", LogLevel.Information) // what became of each mail of a round by hand
                .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)) // standard output holds the answer alone
            .AddKenshinOtp(Settings.Read(configuration, lenient || development, development, sendsMail))
            .BuildServiceProvider();
        UnknownKeys.Tell(services);
        return services;
    }

    /// <summary>Runs a command as every other process runs: it takes up a new master key soon after the database names it, however long the command takes.</summary>
    public static async Task<int> FollowKeys(IServiceProvider services, Func<Task<int>> act)
    {
        var watch = services.GetRequiredService<KeyWatch>();
        await watch.StartAsync(CancellationToken.None);
        try
        {
            return await act();
        }
        finally
        {
            await watch.StopAsync(CancellationToken.None);
        }
    }

    private static HostApplicationBuilder Builder() => Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Settings.Folder });

    public static async Task<int> RunWorker(CancellationToken ct)
    {
        using var host = Worker();
        try
        {
            await host.Services.ProveStart(ct);
            await host.RunAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Told to end while it was still starting: nothing is under way.
        }

        return 0;
    }
}
