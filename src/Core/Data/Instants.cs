using System.Globalization;

namespace KenshinOtp.Data;

/// <summary>Instants as rows hold them, Unix milliseconds, and as others read them.</summary>
public static class Instants
{
    public static long ToRow(this DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static long? ToRow(this DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();

    /// <summary>RFC 3339 §5.6 in UTC: <c>2026-11-21T11:00:00Z</c>, with milliseconds where there are any.</summary>
    public static string ToWire(this DateTimeOffset instant) =>
        instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset FromRow(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? FromRow(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
