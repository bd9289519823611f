using KenshinOtp.Support;

namespace KenshinOtp.Worker.Tests.RealParts;

/// <summary>That time under test moves only when a test moves it.</summary>
public sealed class FakeClockTests
{
    private readonly FakeClock clock = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task A_delay_ends_when_the_clock_has_moved_far_enough()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(5), clock);

        clock.Advance(TimeSpan.FromMinutes(4));
        delay.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMinutes(1));

        await delay.WaitAsync(TimeSpan.FromSeconds(10));
        clock.GetUtcNow().ShouldBe(DateTimeOffset.UnixEpoch.AddMinutes(5));
    }

    [Fact]
    public void A_timer_fires_at_each_of_its_times_in_order_and_not_after_its_end()
    {
        var seen = new List<double>();
        var timer = clock.CreateTimer(_ => seen.Add(Minutes()), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        using var once = clock.CreateTimer(_ => seen.Add(-Minutes()), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);

        clock.Advance(TimeSpan.FromMinutes(6));
        timer.Dispose();
        clock.Advance(TimeSpan.FromMinutes(6));

        seen.ShouldBe([1, -2, 3, 5]);
    }

    [Fact]
    public void Elapsed_time_is_the_clocks_own()
    {
        var before = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromHours(1));

        clock.GetElapsedTime(before).ShouldBe(TimeSpan.FromHours(1));
    }

    private double Minutes() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMinutes;
}
