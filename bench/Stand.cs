using System.Diagnostics;
using System.Globalization;

namespace KenshinOtp.Bench;

/// <summary>The product as a process of its own on a database with tokens, and what loads it.</summary>
internal sealed class Stand : IAsyncDisposable
{
    // At a thousand tokens every one shows a new password 33 times a second; with more tokens the clock may as well run as fast.
    private const double Factor = 1000;

    private readonly Process _process;

    private Stand(Workplace place, Process process, LoadGenerator load) => (Place, _process, Load) = (place, process, load);

    public Workplace Place { get; }

    public LoadGenerator Load { get; }

    /// <summary>What the product holds in memory now, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time that the product has used so far, in microseconds.</summary>
    public double Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalMicroseconds;
        }
    }

    public static async Task<Stand> Build(string engine, string? connection, int tokens, bool withKeys = false)
    {
        var place = await Workplace.Create(engine, connection);
        string key;
        await using (var services = place.Services())
            key = await BenchTokens.Make(services, tokens);
        await place.Execute(engine == "sqlite" ? "pragma wal_checkpoint(truncate); analyze" : "vacuum analyze");
        Console.WriteLine($"{engine}, {tokens} tokens, {Environment.ProcessorCount} cores");

        var (begin, port) = (DateTimeOffset.UtcNow, Servers.FreePort());
        var process = await Servers.Start(
            ["serve", "--port", $"{port}", "--begin", begin.ToString("O", CultureInfo.InvariantCulture), "--factor", $"{Factor}"], port, place.Settings);
        return new(place, process, new LoadGenerator(new Uri($"http://127.0.0.1:{port}"), key, tokens, new FastClock(begin, Factor)) { WithKeys = withKeys });
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await Place.DisposeAsync();
    }
}
