using System.Globalization;

namespace KenshinOtp.Worker.Commands;

/// <summary>How long ago something was.</summary>
internal static class Ages
{
    /// <summary>Whole seconds; nothing is younger than now, though nodes' clocks differ a little.</summary>
    public static long? Seconds(DateTimeOffset? instant, DateTimeOffset now) => instant is { } at ? Math.Max(0, (long)(now - at).TotalSeconds) : null;

    /// <summary><c>40 s ago</c>, <c>20 min ago</c>, <c>5 h ago</c>, <c>3 days ago</c>, <c>never</c>.</summary>
    public static string Ago(DateTimeOffset? instant, DateTimeOffset now) => Seconds(instant, now) is { } seconds ? Span(seconds) + " ago" : "never";

    /// <summary><c>40 s</c>, <c>20 min</c>, <c>5 h</c>, <c>3 days</c>.</summary>
    public static string Span(long seconds)
    {
        var (number, unit) = seconds switch
        {
            < 120 => (seconds, "s"),
            < 120 * 60 => (seconds / 60, "min"),
            < 48 * 3600 => (seconds / 3600, "h"),
            _ => (seconds / 86_400, "days"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number} {unit}");
    }
}
