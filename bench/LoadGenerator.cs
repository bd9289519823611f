using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using KenshinOtp.Otp;

namespace KenshinOtp.Bench;

/// <summary>What a run came to.</summary>
/// <param name="Accepted">Answers that say "accepted" or, of an empty endpoint, 200.</param>
/// <param name="Other">Anything else.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Latencies">Of all answers.</param>
/// <param name="Answers">All answers, also those of the warm-up.</param>
internal sealed record LoadResult(long Accepted, long Other, double Seconds, Histogram Latencies, long Answers)
{
    public double Rate => Accepted / Seconds;
}

/// <summary>
/// Keeps a number of calls in flight, each on its own connection, one after the other. Sockets and ready-made bytes instead of an HTTP client: on the same
/// machine the generator must cost as little as it can.
/// </summary>
internal sealed class LoadGenerator(Uri url, string apiKey, int tokens, TimeProvider clock)
{
    private const long Stride = 7_368_787; // a prime: every token once in each round, and never one beside the one before it

    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly long[] _lastSteps = new long[tokens];
    private int _next = -1;
    private long _calls;
    private volatile bool _counting, _ended;

    /// <summary>Whether every call carries an <c>Idempotency-Key</c> of its own.</summary>
    public bool WithKeys { get; init; }

    /// <param name="path">The endpoint; the empty one gets an equal body and no token is used up.</param>
    /// <param name="inFlight">Connections.</param>
    /// <param name="warmUp">Seconds that do not count.</param>
    /// <param name="seconds">Seconds that count.</param>
    public async Task<LoadResult> Run(string path, int inFlight, double warmUp, double seconds)
    {
        (_counting, _ended) = (false, false);
        var lanes = Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => Lane(path))).ToList();
        await Task.Delay(TimeSpan.FromSeconds(warmUp));
        var begin = Stopwatch.GetTimestamp();
        _counting = true;
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        _counting = false;
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        _ended = true;
        var all = await Task.WhenAll(lanes);
        var latencies = new Histogram();
        foreach (var lane in all)
            latencies.Add(lane.Latencies);
        return new(all.Sum(lane => lane.Accepted), all.Sum(lane => lane.Other), elapsed, latencies, all.Sum(lane => lane.Answers));
    }

    /// <summary>Has every token verified once, uncounted.</summary>
    public async Task Pass(string path, int inFlight)
    {
        (_counting, _ended) = (false, false);
        var end = _next + tokens;
        var lanes = Enumerable.Range(0, inFlight).Select(_ => Task.Run(() => Lane(path))).ToList();
        while (Volatile.Read(ref _next) < end && !lanes.Exists(lane => lane.IsCompleted))
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        _ended = true;
        await Task.WhenAll(lanes);
    }

    private async Task<LoadResult> Lane(string path)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, url.Port);
        var head = $"POST {path} HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {apiKey}\r\nContent-Type: application/json\r\nContent-Length: ";
        var (accepted, other, answers, latencies) = (0L, 0L, 0L, new Histogram());
        var buffer = new byte[8192];
        while (!_ended)
        {
            var body = await NextBody(path);
            var begin = Stopwatch.GetTimestamp();
            var key = WithKeys ? $"\r\nIdempotency-Key: {_run}-{Interlocked.Increment(ref _calls)}" : "";
            var request = Encoding.ASCII.GetBytes($"{head}{body.Length}{key}\r\n\r\n{body}");
            await socket.SendAsync(request);
            var good = await Answer(socket, buffer);
            answers++;
            if (!_counting)
                continue;
            latencies.Add(Stopwatch.GetElapsedTime(begin));
            _ = good ? accepted++ : other++;
        }

        return new(accepted, other, 0, latencies, answers);
    }

    private async ValueTask<string> NextBody(string path)
    {
        while (true)
        {
            var number = (int)((Interlocked.Increment(ref _next) & int.MaxValue) * Stride % tokens);
            var step = Totp.StepAt(clock.GetUtcNow(), BenchTokens.Period);
            if (path == Servers.EmptyPath || Interlocked.Exchange(ref _lastSteps[number], step) < step)
            {
                var otp = Totp.Compute(BenchTokens.Secret(number), BenchTokens.Algorithm, 6, step);
                return $$"""{"serviceId":"{{BenchTokens.ServiceId(number)}}","userId":"{{BenchTokens.UserId(number)}}","transaction":"transfer","otp":"{{otp}}","reference":"R-1"}""";
            }

            await Task.Yield(); // all tokens have shown this step's password
        }
    }

    private static async ValueTask<bool> Answer(Socket socket, byte[] buffer)
    {
        var have = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0)
                throw new IOException("The server closed the connection.");
            have += read;
            if (Whole(buffer.AsSpan(0, have)))
                return buffer.AsSpan(0, have).IndexOf("\"accepted\""u8) >= 0;
        }
    }

    /// <summary>Whether an answer with a Content-Length, or chunks, is all there.</summary>
    private static bool Whole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var at = answer[..end].IndexOf("Content-Length: "u8);
        if (at < 0)
            return answer.EndsWith("0\r\n\r\n"u8);
        var digits = answer[(at + 16)..end];
        var stop = digits.IndexOf((byte)'\r');
        return answer.Length - end - 4 >= int.Parse(stop < 0 ? digits : digits[..stop]);
    }
}
