namespace KenshinOtp.Data;

/// <summary>Instants as rows hold them: Unix milliseconds.</summary>
internal static class Instants
{
    public static long ToRow(this DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static long? ToRow(this DateTimeOffset? instant) => instant?.ToUnixTimeMilliseconds();

    public static DateTimeOffset FromRow(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    public static DateTimeOffset? FromRow(long? milliseconds) =>
        milliseconds is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
