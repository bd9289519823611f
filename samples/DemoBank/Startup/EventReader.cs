namespace KenshinOtp.DemoBank.Startup;

/// <summary>Has every bank read what the centre tells it, as long as the banks are open.</summary>
internal sealed partial class EventReader(Banks banks, TimeProvider time, ILogger<EventReader> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            foreach (var bank in banks.Open)
            {
                if (await bank.Inbox.ReadOn(stoppingToken) is { } refusal)
                    LogUnread(refusal.Code); // the next round tries again, from the same place
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The centre's events could not be read ({Code})")]
    private partial void LogUnread(string code);
}
