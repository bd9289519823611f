using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace KenshinOtp.Otp;

/// <summary>Time-based one-time passwords: RFC 6238 over RFC 4226.</summary>
public static class Totp
{
    /// <summary>The number of the time step at an instant, counted from 1970 (RFC 6238 §4.2, T0 = 0).</summary>
    /// <param name="now">The instant.</param>
    /// <param name="periodSeconds">The length of a step, X in the RFC: 30 or 60 seconds here.</param>
    public static long StepAt(DateTimeOffset now, int periodSeconds) => now.ToUnixTimeSeconds() / periodSeconds;

    /// <summary>The password of one step.</summary>
    /// <param name="secret">The shared secret, K in the RFC.</param>
    /// <param name="algorithm">The hash under the HMAC.</param>
    /// <param name="digits">6 or 8.</param>
    /// <param name="step">The step number, T in the RFC; not negative.</param>
    public static string Compute(ReadOnlySpan<byte> secret, OtpAlgorithm algorithm, int digits, long step) =>
        Number(secret, algorithm, digits, step).ToString(digits == 6 ? "D6" : "D8", CultureInfo.InvariantCulture);

    /// <summary>The password of one step as a number: its leading zeros are the reader's to remember.</summary>
    internal static uint Number(ReadOnlySpan<byte> secret, OtpAlgorithm algorithm, int digits, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[64];
        mac = mac[..Hmac(secret, algorithm, counter, mac)];

        var offset = mac[^1] & 0x0F; // dynamic truncation, RFC 4226 §5.3
        var number = BinaryPrimitives.ReadUInt32BigEndian(mac[offset..]) & 0x7FFF_FFFF;
        var modulus = digits switch { 6 => 1_000_000u, 8 => 100_000_000u, _ => throw new ArgumentOutOfRangeException(nameof(digits)) };
        return number % modulus;
    }

    private static int Hmac(ReadOnlySpan<byte> key, OtpAlgorithm algorithm, ReadOnlySpan<byte> message, Span<byte> mac) => algorithm switch
    {
#pragma warning disable CA5350 // HMAC-SHA-1 is the field's default and not weakened by collisions (RFC 6238 §5.1, RFC 6194 §3.3)
        OtpAlgorithm.Sha1 => HMACSHA1.HashData(key, message, mac),
#pragma warning restore CA5350
        OtpAlgorithm.Sha256 => HMACSHA256.HashData(key, message, mac),
        OtpAlgorithm.Sha512 => HMACSHA512.HashData(key, message, mac),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
