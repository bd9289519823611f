using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KenshinOtp.Api;
using KenshinOtp.Configuration;

namespace KenshinOtp.Bench;

/// <summary>What is measured, each in a process of its own: this program started again with <c>serve</c> or <c>serve-bare</c>.</summary>
internal static class Servers
{
    public const string EmptyPath = "/empty";

    private const string Ready = "/health/ready";

    /// <summary>The product, with the fast clock and an endpoint beside its own that reads and writes JSON of the same form and does nothing besides.</summary>
    public static async Task Product(int port, FastClock clock)
    {
        var app = ApiHost.Build([], builder =>
        {
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            builder.Services.AddSingleton<TimeProvider>(clock);
        });
        MapEmpty(app);
        await app.Services.ProveStart(CancellationToken.None);
        await app.RunAsync();
    }

    /// <summary>The same endpoint in an application that has nothing else.</summary>
    public static async Task Bare(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet(Ready, () => TypedResults.Ok());
        MapEmpty(app);
        await app.RunAsync();
    }

    /// <summary>Starts this program again and waits until it says that it is ready.</summary>
    public static async Task<Process> Start(IEnumerable<string> arguments, int port, IEnumerable<(string Key, string Value)> settings)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        for (var tries = 0; tries < 6000; tries++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}{Ready}"));
                if (answer.IsSuccessStatusCode)
                    return process;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // It does not listen yet.
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("The server did not start.");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void MapEmpty(WebApplication app) => app.MapPost(EmptyPath, (Question question) => new Result(
        "0190a5b0000070008000000000000000", "accepted", null, question.ServiceId, 10, DateTimeOffset.UnixEpoch));

    private sealed record Question(string ServiceId, string UserId, string Transaction, string Otp, string? Reference);

    private sealed record Result(string VerificationId, string Outcome, string? Reason, string Serial, int RemainingAttempts, DateTimeOffset VerifiedAt);
}
