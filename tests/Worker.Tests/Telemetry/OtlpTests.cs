using System.Diagnostics;
using KenshinOtp.Support;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Telemetry;

/// <summary>Metrics on their real way to a collector.</summary>
public sealed class OtlpTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Collector _collector = new();
    private Centre _centre = null!;

    private (string, string)[] Variables => [("OTEL_EXPORTER_OTLP_ENDPOINT", _collector.Url), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    public async Task InitializeAsync() => _centre = await Centre.Start();

    public async Task DisposeAsync()
    {
        _collector.Dispose();
        await _centre.DisposeAsync();
    }

    [Fact]
    public async Task The_API_hands_over_its_metrics_again_and_again()
    {
        await using var api = Programs.Api(_centre, FreePort.Next(), [.. Variables, ("OTEL_METRIC_EXPORT_INTERVAL", "500")]);

        await _collector.WaitFor("/v1/metrics", ["KenshinOtp.Api", "kenshin.mail.waiting", "dotnet.gc.heap.total_allocated"], Patience);
    }

    [Fact]
    public async Task A_collector_that_is_away_is_told_once_and_not_at_every_try()
    {
        await using var api = Programs.Api(
            _centre, FreePort.Next(), ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{FreePort.Next()}"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "300"));

        await api.WaitForLine(line => line.Contains("Metrics do not get through to the collector (OTEL_EXPORTER_OTLP_*): ", StringComparison.Ordinal), Patience);
        await Task.Delay(TimeSpan.FromSeconds(2)); // several tries

        api.Lines.Count(line => line.Contains("Metrics do not get through", StringComparison.Ordinal)).ShouldBe(1);
        api.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task The_worker_hands_over_at_its_end_what_it_has_counted_last()
    {
        await using var worker = Programs.Worker(_centre, ["run"], [.. Variables, ("OTEL_METRIC_EXPORT_INTERVAL", "3600000"), ("OTEL_SERVICE_NAME", "otp-worker-1")]);
        await worker.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);
        var trail = new AuditTrail(_centre);
        for (var waited = Stopwatch.StartNew(); trail.Ask("select count(*) from job_run where name = 'mail'") == "0" && waited.Elapsed < Patience;)
            await Task.Delay(200);

        (await worker.Terminate(Patience)).ShouldBe(0);

        await _collector.WaitFor("/v1/metrics", ["otp-worker-1", "kenshin.job.duration"], Patience);
    }
}
