using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Security;
using KenshinOtp.Worker.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Worker;

/// <summary>The worker as a service, and the few services that a command needs.</summary>
internal static class Hosts
{
    /// <exception cref="SettingsException">The configuration is not usable.</exception>
    public static IHost Worker()
    {
        var builder = Host.CreateApplicationBuilder();
        var development = builder.Environment.IsDevelopment();
        builder.Services.AddKenshinOtp(Settings.Read(builder.Configuration, lenient: development, development)).AddJobEngine();
        return builder.Build();
    }

    /// <param name="lenient">Whether what the command does not touch may be missing from the configuration.</param>
    /// <param name="sendsMail">Whether it needs to know how mail is sent.</param>
    public static ServiceProvider ForCommand(bool lenient, bool sendsMail)
    {
        // The same sources as the worker's own, so that a command never speaks to another database than the worker.
        var builder = Host.CreateApplicationBuilder();
        var (configuration, development) = (builder.Configuration, builder.Environment.IsDevelopment());
        return new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddKenshinOtp(Settings.Read(configuration, lenient || development, development, sendsMail))
            .BuildServiceProvider();
    }

    public static async Task<int> RunWorker(CancellationToken ct)
    {
        using var host = Worker();
        await host.Services.GetRequiredService<Migrator>().RequireCurrent(ct);
        await host.Services.GetRequiredService<KeyCheck>().Verify(ct);
        await host.RunAsync(ct);
        return 0;
    }
}
