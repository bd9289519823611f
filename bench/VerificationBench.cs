using System.Globalization;

namespace KenshinOtp.Bench;

/// <summary>Verifications, all of them good and durable, beside what the same server and the same database could do at best.</summary>
internal static class VerificationBench
{
    // At a thousand tokens every one shows a new password 33 times a second; with more tokens the clock may as well run as fast.
    private const double Factor = 1000;

    public static async Task Run(string engine, string? connection, int tokens, double seconds, int rounds, int[] inFlight)
    {
        await using var place = await Workplace.Create(engine, connection);
        Console.WriteLine($"{engine}, {tokens} tokens, {Environment.ProcessorCount} cores");
        string key;
        await using (var services = place.Services())
            key = await BenchTokens.Make(services, tokens);
        await place.Execute(engine == "sqlite" ? "pragma wal_checkpoint(truncate); analyze" : "analyze");

        var begin = DateTimeOffset.UtcNow;
        var clock = new FastClock(begin, Factor);
        var (productPort, emptyPort) = (Servers.FreePort(), Servers.FreePort());
        using var product = await Servers.Start(
            ["serve", "--port", $"{productPort}", "--begin", begin.ToString("O", CultureInfo.InvariantCulture), "--factor", $"{Factor}"], productPort, place.Settings);
        using var bare = await Servers.Start(["serve-empty", "--port", $"{emptyPort}"], emptyPort, []);
        try
        {
            var verify = new LoadGenerator(new Uri($"http://127.0.0.1:{productPort}"), key, tokens, clock);
            var idle = new LoadGenerator(new Uri($"http://127.0.0.1:{emptyPort}"), key, tokens, clock);
            foreach (var width in inFlight)
                await Compare(place, verify, idle, tokens, width, seconds, rounds);
            product.Refresh();
            Console.WriteLine($"resident memory of the product at the end: {product.WorkingSet64 / 1048576} MB");
        }
        finally
        {
            product.Kill();
            bare.Kill();
            await Task.WhenAll(product.WaitForExitAsync(), bare.WaitForExitAsync());
        }
    }

    private static async Task Compare(Workplace place, LoadGenerator verify, LoadGenerator idle, int tokens, int inFlight, double seconds, int rounds)
    {
        var (results, empties, floors) = (new List<LoadResult>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            results.Add(await verify.Run("/api/v1/verifications", inFlight, warmUp: 2, seconds));
            empties.Add((await idle.Run("/empty", inFlight, warmUp: 1, seconds)).Rate);
            if (place.Engine == "postgresql")
                floors.Add(await PgBench.Rate(place, tokens, inFlight, seconds));
        }

        var middle = results.OrderBy(result => result.Rate).ElementAt(rounds / 2);
        var (p50, p99) = (middle.Latencies.Percentile(0.50), middle.Latencies.Percentile(0.99));
        Console.WriteLine(
            $"{inFlight,4} in flight: {middle.Rate,8:0}/s (p50 {p50:0.0} ms, p99 {p99:0.0} ms, p99/p50 {p99 / p50:0.0}; {middle.Other} not accepted), "
            + $"empty {Median(empties):0}/s, of empty {middle.Rate / Median(empties):0.00}"
            + (floors.Count == 0 ? "" : $", pgbench {Median(floors):0}/s, of pgbench {middle.Rate / Median(floors):0.00}"));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
