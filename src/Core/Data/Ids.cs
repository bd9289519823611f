using System.Buffers.Binary;
using System.Security.Cryptography;

namespace KenshinOtp.Data;

/// <summary>
/// Row ids: version-7 UUIDs (RFC 9562 §5.7) as 32 lower-case hex characters. They sort by the time they were made; those of one process and one
/// millisecond by a counter (§6.2, method 1), so that what was written later is read later.
/// </summary>
public static class Ids
{
    private const int CounterBits = 12;

    private static readonly Lock Gate = new();
    private static long _millisecond;
    private static int _counter;

    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        var (millisecond, counter) = Next(now.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes, (millisecond << 16) | 0x7000L | (uint)counter);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80); // the variant of RFC 9562 §4.1
        return Convert.ToHexStringLower(bytes);
    }

    private static (long Millisecond, int Counter) Next(long millisecond)
    {
        lock (Gate)
        {
            _counter = millisecond == _millisecond ? _counter + 1 : 0;
            _millisecond = millisecond;
            return (millisecond + (_counter >> CounterBits), _counter & ((1 << CounterBits) - 1));
        }
    }
}
