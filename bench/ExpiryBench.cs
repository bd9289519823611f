using System.Diagnostics;
using KenshinOtp.Renewal;

namespace KenshinOtp.Bench;

/// <summary>The expiry job with the same number of tokens due, in tables of several sizes: first their renewals open, then they lapse.</summary>
internal static class ExpiryBench
{
    private static readonly TimeSpan UntilLapsed = TimeSpan.FromDays(20);

    public static async Task Run(string engine, string? connection, int due, int[] tokens, int rounds)
    {
        var places = new List<Workplace>();
        try
        {
            var seconds = tokens.ToDictionary(size => size, _ => new List<(double Open, double Lapse)>());
            foreach (var size in tokens)
                places.Add(await Fill(engine, connection, size, due));
            for (var round = 0; round <= rounds; round++)
            {
                for (var i = 0; i < tokens.Length; i++)
                    seconds[tokens[i]].Add(await Measure(places[i], due));
            }

            foreach (var size in tokens)
                Console.WriteLine(
                    $"{engine}, {due} of {size} tokens due: opened in {Median.Of(seconds[size].Select(s => s.Open)):0.00} s, lapsed in {Median.Of(seconds[size].Select(s => s.Lapse)):0.00} s; "
                    + $"beside {tokens[0]} tokens: {Both(size) / Both(tokens[0]):0.00}");

            double Both(int size) => Median.Of(seconds[size].Select(s => s.Open + s.Lapse));
        }
        finally
        {
            foreach (var place in places)
                await place.DisposeAsync();
        }
    }

    private static async Task<Workplace> Fill(string engine, string? connection, int tokens, int due)
    {
        var place = await Workplace.Create(engine, connection);
        await using (var services = place.Services())
            await BenchTokens.Make(services, tokens, due);
        await place.Execute(Settle(engine));
        return place;
    }

    private static async Task<(double Open, double Lapse)> Measure(Workplace place, int due)
    {
        await using var services = place.Services();
        var open = await Timed(services, TimeProvider.System, due);
        var lapse = await Timed(services, new Ahead(UntilLapsed), due);
        await place.Execute("update token set status = 'inUse', renewal_opened_at = null where renewal_opened_at is not null");
        await place.Execute(Settle(place.Engine));
        return (open, lapse);
    }

    private static async Task<double> Timed(IServiceProvider services, TimeProvider time, int due)
    {
        var job = ActivatorUtilities.CreateInstance<ExpiryJob>(services, time);
        var begin = Stopwatch.GetTimestamp();
        var done = await job.RunOnce(CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return done == due ? seconds : throw new InvalidOperationException($"{done} of {due} tokens were done.");
    }

    /// <summary>As a database that has been running for a while: its statistics are known, and what was written is where it stays.</summary>
    private static string Settle(string engine) => engine == "sqlite" ? "pragma wal_checkpoint(truncate); analyze" : "vacuum analyze token";

    private sealed class Ahead(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
    }
}
