using System.Diagnostics.Metrics;
using KenshinOtp.Telemetry;
using KenshinOtp.Verification;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Core.Tests.Telemetry;

public sealed class MetersTests
{
    private static long _heard;

    [Fact]
    public void Counting_a_verification_allocates_nothing_while_somebody_listens()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<Meters>().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => Enable(instrument, l, factory) };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => _heard++);
        listener.SetMeasurementEventCallback<int>(static (_, _, _, _) => _heard++);
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => _heard++);
        listener.Start();
        var meters = services.GetRequiredService<Meters>();
        Count(meters, times: 100);

        var (heard, before) = (_heard, GC.GetAllocatedBytesForCurrentThread());
        Count(meters, times: 1000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        (_heard - heard).ShouldBe(4000);
    }

    private static void Enable(Instrument instrument, MeterListener listener, IMeterFactory factory)
    {
        if (instrument.Meter.Scope == factory)
            listener.EnableMeasurementEvents(instrument);
    }

    private static void Count(Meters meters, int times)
    {
        for (var i = 0; i < times; i++)
        {
            meters.Committed(1);
            meters.Verified(VerificationReason.OtpMismatch, TimeSpan.FromMilliseconds(1));
            meters.Written("verification.rejected");
        }
    }
}
