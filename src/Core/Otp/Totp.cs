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

    private static uint Number(ReadOnlySpan<byte> secret, OtpAlgorithm algorithm, int digits, long step)
    {
        using var numbers = new TotpNumbers(secret, algorithm, digits);
        return numbers.At(step);
    }
}

/// <summary>The passwords of one secret as numbers; their leading zeros are the reader's to remember. The HMAC is keyed once for all of them.</summary>
internal readonly struct TotpNumbers : IDisposable
{
    private const int LongestMac = 64;

    private readonly IncrementalHash _hmac;
    private readonly uint _modulus;

    /// <param name="secret">The shared secret, K in RFC 6238.</param>
    /// <param name="algorithm">The hash under the HMAC.</param>
    /// <param name="digits">6 or 8.</param>
    public TotpNumbers(ReadOnlySpan<byte> secret, OtpAlgorithm algorithm, int digits)
    {
        _modulus = digits switch { 6 => 1_000_000u, 8 => 100_000_000u, _ => throw new ArgumentOutOfRangeException(nameof(digits)) };
        _hmac = IncrementalHash.CreateHMAC(Hash(algorithm), secret);
    }

    /// <param name="step">The step number, T in RFC 6238; not negative.</param>
    public uint At(long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[LongestMac];
        _hmac.AppendData(counter);
        mac = mac[.._hmac.GetHashAndReset(mac)];

        var offset = mac[^1] & 0x0F; // dynamic truncation, RFC 4226 §5.3
        return (BinaryPrimitives.ReadUInt32BigEndian(mac[offset..]) & 0x7FFF_FFFF) % _modulus;
    }

    public void Dispose() => _hmac.Dispose();

    private static HashAlgorithmName Hash(OtpAlgorithm algorithm) => algorithm switch
    {
        OtpAlgorithm.Sha1 => HashAlgorithmName.SHA1, // the field's default, and not weakened by collisions (RFC 6238 §5.1, RFC 6194 §3.3)
        OtpAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        OtpAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
