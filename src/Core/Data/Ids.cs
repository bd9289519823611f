using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace KenshinOtp.Data;

/// <summary>
/// Row ids: version-7 UUIDs (RFC 9562 §5.7) as 32 lower-case hex characters. They sort by the time they were made; those of one process always in the
/// order they were made, by a counter below the millisecond (§6.2, method 1) that also outlasts a clock that is set back.
/// </summary>
public static class Ids
{
    private const int CounterBits = 12;

    private static long _last;

    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        var tick = Next(now.ToUnixTimeMilliseconds() << CounterBits);
        var (millisecond, counter) = (tick >> CounterBits, tick & ((1 << CounterBits) - 1));
        BinaryPrimitives.WriteInt64BigEndian(bytes, (millisecond << 16) | 0x7000L | counter);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80); // the variant of RFC 9562 §4.1
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>What the ids made at an instant begin with: it comes before them, and after all that were made earlier.</summary>
    public static string Beginning(DateTimeOffset instant) => Math.Max(0, instant.ToUnixTimeMilliseconds()).ToString("x12", CultureInfo.InvariantCulture);

    /// <summary>The time in units of a millisecond's 4096th part, or the unit after the last one given out.</summary>
    private static long Next(long tick)
    {
        long last, next;
        do
        {
            last = Interlocked.Read(ref _last);
            next = Math.Max(tick, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        return next;
    }
}
