namespace KenshinOtp.Support;

/// <summary>
/// A clock that stands still until a test moves it. Its timers are its own too: whoever waits on this clock (a timer,
/// <c>Task.Delay</c> or <c>PeriodicTimer</c> with this provider) wakes within <see cref="Advance"/> or <see cref="Set"/>, in
/// the order of the due times, and never by itself.
/// </summary>
/// <remarks>Its local time zone is UTC: a test in which Japanese time comes right has asked for Japanese time.</remarks>
public sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> waiting = [];
    private DateTimeOffset now = start;

    /// <summary>Some weekday morning in Japan.</summary>
    public FakeClock()
        : this(new DateTimeOffset(2026, 4, 15, 9, 30, 0, TimeSpan.FromHours(9)))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return now.ToUniversalTime();
    }

    public void Advance(TimeSpan by) => Set(GetUtcNow() + by);

    /// <summary>Moves the clock; a clock that is set back fires nothing, as on a real machine.</summary>
    public void Set(DateTimeOffset to)
    {
        while (TakeNextDue(to) is { } timer)
            timer.Fire();
        lock (gate)
            now = to;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private FakeTimer? TakeNextDue(DateTimeOffset to)
    {
        lock (gate)
        {
            var next = waiting.MinBy(timer => timer.Due);
            if (next is null || next.Due > to)
                return null;

            if (next.Due > now)
                now = next.Due;
            if (next.Period > TimeSpan.Zero)
                next.Due += next.Period;
            else
                waiting.Remove(next);
            return next;
        }
    }

    private sealed class FakeTimer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.waiting.Remove(this);
                Period = period;
                if (dueTime < TimeSpan.Zero)
                    return true;

                Due = clock.now + dueTime;
                if (dueTime > TimeSpan.Zero)
                {
                    clock.waiting.Add(this);
                    return true;
                }

                if (period > TimeSpan.Zero)
                {
                    Due += period;
                    clock.waiting.Add(this);
                }
            }

            // Due at once, as with a real timer; on another thread, since the caller may hold a lock.
            ThreadPool.QueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
                clock.waiting.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
