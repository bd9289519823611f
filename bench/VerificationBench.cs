namespace KenshinOtp.Bench;

/// <summary>Verifications, all of them good and durable, beside what the same server and the same database could do at best.</summary>
internal static class VerificationBench
{
    private const string Path = "/api/v1/verifications";
    private const double WarmUp = 30;

    public static async Task Run(string engine, string? connection, int tokens, double seconds, int rounds, int[] inFlight, bool withKeys)
    {
        await using var stand = await Stand.Build(engine, connection, tokens, withKeys);
        var port = Servers.FreePort();
        using var application = await Servers.Start(["serve-bare", "--port", $"{port}"], port, []);
        try
        {
            await stand.Load.Pass(Path, 32);
            var bare = new LoadGenerator(new Uri($"http://127.0.0.1:{port}"), "", tokens, TimeProvider.System);
            foreach (var width in inFlight)
                await Compare(stand, bare, tokens, width, seconds, rounds);
            Console.WriteLine($"resident memory of the product at the end: {stand.Memory >> 20} MB");
        }
        finally
        {
            application.Kill();
            await application.WaitForExitAsync();
        }
    }

    /// <summary>The same load on a small table and on a large one.</summary>
    public static async Task Sizes(string engine, string? connection, int few, int many, double seconds, int rounds)
    {
        await using var small = await Stand.Build(engine, connection, few);
        await using var large = await Stand.Build(engine, connection, many);
        await large.Load.Pass(Path, 32);
        var (one, other) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            one.Add((await small.Load.Run(Path, 32, WarmUp, seconds)).Rate);
            other.Add((await large.Load.Run(Path, 32, WarmUp, seconds)).Rate);
        }

        Console.WriteLine($"{few} tokens: {Median.Of(one):0}/s, {many} tokens: {Median.Of(other):0}/s, ratio {Median.Of(other) / Median.Of(one):0.00}");
        Console.WriteLine($"resident memory at the end: {small.Memory >> 20} MB and {large.Memory >> 20} MB");
    }

    private static async Task Compare(Stand stand, LoadGenerator bare, int tokens, int inFlight, double seconds, int rounds)
    {
        var (results, costs, empties, bares, floors) = (new List<LoadResult>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            await stand.Load.Run(Path, inFlight, warmUp: 0, WarmUp);
            var before = stand.Processor;
            results.Add(await stand.Load.Run(Path, inFlight, warmUp: 0, seconds));
            costs.Add((stand.Processor - before) / results[^1].Answers);
            empties.Add((await stand.Load.Run(Servers.EmptyPath, inFlight, warmUp: 1, seconds)).Rate);
            bares.Add((await bare.Run(Servers.EmptyPath, inFlight, warmUp: 1, seconds)).Rate);
            if (stand.Place.Engine == "postgresql")
                floors.Add(await PgBench.Rate(stand.Place, tokens, inFlight, seconds));
        }

        var middle = Median.Of(results, result => result.Rate);
        var (p50, p99) = (middle.Latencies.Percentile(0.50), middle.Latencies.Percentile(0.99));
        Console.WriteLine(
            $"{inFlight,4} in flight: {middle.Rate,8:0}/s (p50 {p50:0.0} ms, p99 {p99:0.0} ms, p99/p50 {p99 / p50:0.0}; {middle.Other} not accepted; {Median.Of(costs):0} µs of the product's processor each), "
            + $"empty {Median.Of(empties):0}/s, of empty {middle.Rate / Median.Of(empties):0.00}, bare {Median.Of(bares):0}/s, of bare {middle.Rate / Median.Of(bares):0.00}"
            + (floors.Count == 0 ? "" : $", pgbench {Median.Of(floors):0}/s, of pgbench {middle.Rate / Median.Of(floors):0.00}"));
    }
}
