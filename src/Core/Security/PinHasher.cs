using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Issuance;

namespace KenshinOtp.Security;

/// <summary>
/// Activation PINs have at most 10⁸ values, so a slow hash alone protects nothing: they are hashed with PBKDF2 (RFC 8018 §5.2)
/// over an HMAC under a key that the database does not hold.
/// </summary>
/// <remarks>Form: <c>p1.{master key id}.{iterations}.{base64url salt}.{base64url hash}</c>.</remarks>
public sealed class PinHasher(IKeyRing keys)
{
    private const string Purpose = "pin";
    private const int Iterations = 120_000, SaltBytes = 16, HashBytes = 32;

    private string? _decoy;

    public string Hash(ActivationPin pin)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = Compute(pin, keys.CurrentId, salt, Iterations);
        return string.Create(CultureInfo.InvariantCulture, $"p1.{keys.CurrentId}.{Iterations}.{Base64Url.EncodeToString(salt)}.{Base64Url.EncodeToString(hash)}");
    }

    /// <summary>Takes the same time whether the PIN is right, wrong, or there is none to compare with.</summary>
    /// <param name="pin">What was typed.</param>
    /// <param name="stored">What <see cref="Hash"/> returned, or null where no such issuance exists.</param>
    public bool Matches(ActivationPin pin, string? stored)
    {
        // The decoy's PIN is thrown away: nothing matches it but by a chance that the null test below removes.
        var parts = (stored ?? (_decoy ??= Hash(ActivationPin.Random()))).Split('.');
        if (parts is not ["p1", var keyId, var iterations, var salt, var hash])
            throw new CryptographicException("Not a PIN hash.");
        var computed = Compute(pin, keyId, Base64Url.DecodeFromChars(salt), int.Parse(iterations, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(computed, Base64Url.DecodeFromChars(hash)) && stored is not null;
    }

    private byte[] Compute(ActivationPin pin, string keyId, byte[] salt, int iterations)
    {
        var keyed = HMACSHA256.HashData(keys.Derive(keyId, Purpose), Encoding.ASCII.GetBytes(pin.Reveal()));
        return Rfc2898DeriveBytes.Pbkdf2(keyed, salt, iterations, HashAlgorithmName.SHA256, HashBytes);
    }
}
