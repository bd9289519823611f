using KenshinOtp.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace KenshinOtp.Telemetry;

/// <summary>Hands the metrics to a collector by OTLP where OpenTelemetry's own variables name one. Where they do not, nothing is built.</summary>
/// <remarks>The variables are read by OpenTelemetry; they may stand wherever the other settings stand.</remarks>
public sealed class OtlpExport(Settings settings, IConfiguration configuration, IHostEnvironment host, TimeProvider time, ILogger<OtlpExport> log) : IHostedService, IDisposable
{
    // Every variable for all that is handed over, and for metrics alone.
    private static readonly string[] Prefixes = ["OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_METRICS_"];

    private static readonly string[] Sources = [Meters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    private MeterProvider? _provider;
    private ExportFaults? _faults;

    /// <summary>Judges the variables: what OpenTelemetry cannot read it would pass over without a word.</summary>
    /// <returns>Whether a collector is named.</returns>
    internal static bool NamesCollector(SettingsReader reader)
    {
        var named = Prefixes.Select(prefix => prefix + "ENDPOINT").Where(key => reader.Optional(key) is not null).ToList();
        foreach (var key in named)
            reader.HttpUrl(key, missing: null);
        if (named.Count == 0)
            return false;

        foreach (var prefix in Prefixes)
        {
            reader.Choice(prefix + "PROTOCOL", "grpc", "grpc", "http/protobuf");
            reader.Number(prefix + "TIMEOUT", 10_000, 1, int.MaxValue);
            reader.Pairs(prefix + "HEADERS");
        }

        reader.Number("OTEL_METRIC_EXPORT_INTERVAL", 60_000, 1, int.MaxValue);
        reader.Number("OTEL_METRIC_EXPORT_TIMEOUT", 30_000, 1, int.MaxValue);
        return true;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.ExportsMetrics)
            (_faults, _provider) = (new ExportFaults(time, log), Build());
        return Task.CompletedTask;
    }

    /// <summary>Hands over what was counted last, and waits some seconds at most for a collector that is away.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _provider?.Dispose();
        _faults?.Dispose();
    }

    private MeterProvider Build() => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(configuration))
        .ConfigureResource(resource => resource.AddService(host.ApplicationName).AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME has the last word
        .AddMeter(Sources)
        .AddOtlpExporter()
        .Build();
}
