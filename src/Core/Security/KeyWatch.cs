using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Security;

/// <summary>Has a running process take up a new master key soon after the database names it, without a restart.</summary>
public sealed partial class KeyWatch(KeyCheck check, ILogger<KeyWatch> log) : BackgroundService
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>How long after a change no process seals with the key before any more.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Watch(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host takes this for a fault of ours where the start of something else has failed.
        }
    }

    private async Task Watch(CancellationToken stoppingToken)
    {
        var told = false;
        using var timer = new PeriodicTimer(Interval); // the machine's clock: a pause between two looks is no time that anybody is told
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await check.Follow(stoppingToken);
                told = false;
            }
#pragma warning disable CA1031 // whatever one look meets, the process goes on with the key that it has: a watch that ends would end the process
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!told)
                    LogNotFollowed(e);
                told = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Which master key seals cannot be told, or that key is not here; the one before is used until it can")]
    private partial void LogNotFollowed(Exception exception);
}
