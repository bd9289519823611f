using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using KenshinOtp.Support;
using KenshinOtp.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Telemetry;

/// <summary>What one centre measures from now on.</summary>
internal sealed class Measured : IDisposable
{
    private readonly ConcurrentQueue<(string Name, string Tags, double Value)> _all = new();
    private readonly MeterListener _listener = new();

    public Measured(Centre centre)
    {
        var factory = centre.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Meters.Name && instrument.Meter.Scope == factory)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The measurements of an instrument with exactly these tags, for example <c>job=mail outcome=good</c>.</summary>
    public IReadOnlyList<double> Of(string name, string tags = "") => [.. _all.Where(m => m.Name == name && m.Tags == tags).Select(m => m.Value)];

    /// <summary>The tags that an instrument was ever measured with.</summary>
    public IEnumerable<string> TagsOf(string name) => _all.Where(m => m.Name == name).Select(m => m.Tags).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>A gauge, observed now; null if it is silent.</summary>
    public double? Gauge(string name, string tags = "")
    {
        _all.Clear();
        _listener.RecordObservableInstruments();
        return Of(name, tags) is [var value] ? value : null;
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _all.Enqueue((instrument.Name, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")), value));
}
