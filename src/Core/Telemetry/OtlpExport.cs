using KenshinOtp.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace KenshinOtp.Telemetry;

/// <summary>Hands the metrics to a collector by OTLP where OpenTelemetry's own variables name one. Where they do not, nothing is built.</summary>
/// <remarks>The variables are read by OpenTelemetry; they may stand wherever the other settings stand.</remarks>
public sealed class OtlpExport(Settings settings, IConfiguration configuration, IHostEnvironment host) : IHostedService, IDisposable
{
    /// <summary>The variables of which one at least must be set.</summary>
    public static readonly IReadOnlyList<string> Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    private static readonly string[] Sources = [Meters.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.ExportsMetrics)
            _provider = Build();
        return Task.CompletedTask;
    }

    /// <summary>Hands over what was counted last, and waits some seconds at most for a collector that is away.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _provider?.Dispose();

    private MeterProvider Build() => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => services.AddSingleton(configuration))
        .ConfigureResource(resource => resource.AddService(host.ApplicationName).AddEnvironmentVariableDetector()) // OTEL_SERVICE_NAME has the last word
        .AddMeter(Sources)
        .AddOtlpExporter()
        .Build();
}
