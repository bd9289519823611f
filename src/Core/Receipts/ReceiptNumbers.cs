using System.Security.Cryptography;

namespace KenshinOtp.Receipts;

/// <summary>
/// 受付番号: 12 characters of Crockford's base 32 (no I, L, O, U), which a person can read over the telephone. 41 bits of milliseconds since 2020
/// and 19 random ones, rising within a process: numbers of one process never repeat, and sort by time.
/// </summary>
public sealed class ReceiptNumbers
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 12, RandomBits = 19, TimeBits = 41;
    private static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _last;

    public string Next(DateTimeOffset now)
    {
        var time = (long)(now - Epoch).TotalMilliseconds & ((1L << TimeBits) - 1);
        var candidate = (time << RandomBits) | (uint)RandomNumberGenerator.GetInt32(1 << RandomBits);
        long last, next;
        do
        {
            last = Interlocked.Read(ref _last);
            next = Math.Max(candidate, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        return string.Create(Length, next, static (span, value) =>
        {
            for (var i = span.Length - 1; i >= 0; i--, value >>= 5)
                span[i] = Alphabet[(int)(value & 31)];
        });
    }
}
