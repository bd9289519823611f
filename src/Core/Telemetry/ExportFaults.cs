using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Telemetry;

/// <summary>Hears OpenTelemetry's exporter, which tells of a failure nowhere else, and has it logged: the first at once, then one in ten minutes at most.</summary>
internal sealed partial class ExportFaults(TimeProvider time, ILogger log) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private long? _toldAt;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Error);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        lock (_gate)
        {
            if (_toldAt is { } told && time.GetElapsedTime(told) < Silence)
                return;
            _toldAt = time.GetTimestamp();
        }

        LogFault(eventData.EventName); // its words hold the collector's address and a trace
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Metrics do not get through to the collector (OTEL_EXPORTER_OTLP_*): {Fault}")]
    private partial void LogFault(string? fault);
}
