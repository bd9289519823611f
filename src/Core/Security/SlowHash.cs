using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace KenshinOtp.Security;

/// <summary>
/// What people choose for themselves can be guessed, so a slow hash alone protects little: it is hashed with PBKDF2 (RFC 8018 §5.2) over an HMAC
/// under a key that the database does not hold.
/// </summary>
/// <remarks>Form: <c>p1.{master key id}.{iterations}.{base64url salt}.{base64url hash}</c>.</remarks>
public sealed class SlowHash(IKeyRing keys)
{
    private const int Iterations = 120_000, SaltBytes = 16, HashBytes = 32;

    /// <param name="purpose">The use, so that equal texts of two uses have nothing in common.</param>
    /// <param name="text">What was chosen.</param>
    public string Hash(string purpose, ReadOnlySpan<byte> text)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var keyId = keys.CurrentId; // once: it may be another by the time that the hash is computed
        var hash = Compute(purpose, text, keyId, salt, Iterations);
        return string.Create(CultureInfo.InvariantCulture, $"p1.{keyId}.{Iterations}.{Base64Url.EncodeToString(salt)}.{Base64Url.EncodeToString(hash)}");
    }

    /// <summary>Compares in constant time.</summary>
    public bool Matches(string purpose, ReadOnlySpan<byte> text, string stored)
    {
        var parts = stored.Split('.');
        if (parts is not ["p1", var keyId, var iterations, var salt, var hash])
            throw new CryptographicException("Not a slow hash.");
        var computed = Compute(purpose, text, keyId, Base64Url.DecodeFromChars(salt), int.Parse(iterations, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(computed, Base64Url.DecodeFromChars(hash));
    }

    private byte[] Compute(string purpose, ReadOnlySpan<byte> text, string keyId, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(HMACSHA256.HashData(keys.Derive(keyId, purpose), text), salt, iterations, HashAlgorithmName.SHA256, HashBytes);
}
