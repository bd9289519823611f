using System.Diagnostics;
using System.Globalization;

namespace KenshinOtp.Bench;

/// <summary>From the start of the process until it says that it is ready, and what it holds then, beside an ASP.NET application that does nothing.</summary>
internal static class StartBench
{
    public static async Task Run(int rounds)
    {
        await using var place = await Workplace.Create("sqlite", server: null);
        await using (var services = place.Services())
            await BenchTokens.Make(services, count: 1000);
        var (product, empty) = (new List<(double Seconds, long Bytes)>(), new List<(double Seconds, long Bytes)>());
        for (var round = 0; round <= rounds; round++)
        {
            var (productPort, emptyPort) = (Servers.FreePort(), Servers.FreePort());
            var begin = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
            product.Add(await Once(["serve", "--port", $"{productPort}", "--begin", begin, "--factor", "1"], productPort, place.Settings));
            empty.Add(await Once(["serve-bare", "--port", $"{emptyPort}"], emptyPort, []));
        }

        var (ours, theirs) = (Median.Of(product, one => one.Seconds), Median.Of(empty, one => one.Seconds));
        Console.WriteLine($"start to ready: {ours.Seconds:0.00} s, an empty application {theirs.Seconds:0.00} s: ratio {ours.Seconds / theirs.Seconds:0.0}");
        Console.WriteLine($"resident memory then: {ours.Bytes >> 20} MB, an empty application {theirs.Bytes >> 20} MB");
    }

    private static async Task<(double Seconds, long Bytes)> Once(string[] arguments, int port, IEnumerable<(string Key, string Value)> settings)
    {
        var begin = Stopwatch.GetTimestamp();
        using var process = await Servers.Start(arguments, port, settings);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        process.Refresh();
        var bytes = process.WorkingSet64;
        process.Kill();
        await process.WaitForExitAsync();
        return (seconds, bytes);
    }
}
