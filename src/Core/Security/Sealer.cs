using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace KenshinOtp.Security;

/// <summary>
/// Seals bytes with AES-256-GCM (NIST SP 800-38D), bound to the row and column that hold them:
/// a sealed value that is moved to another row does not open there.
/// </summary>
/// <remarks>Form: <c>v1.{master key id}.{base64url of nonce ‖ ciphertext ‖ tag}</c>.</remarks>
public sealed class Sealer(IKeyRing keys)
{
    private const string Purpose = "seal";
    private const int NonceBytes = 12, TagBytes = 16;

    /// <param name="plaintext">What to hide.</param>
    /// <param name="place">Where it will stand, for example <c>token/{id}/secret</c>.</param>
    public string Seal(ReadOnlySpan<byte> plaintext, string place) => Seal(plaintext, place, keys.CurrentId);

    /// <param name="plaintext">What to hide.</param>
    /// <param name="place">Where it will stand.</param>
    /// <param name="keyId">The master key, where it is not the current one.</param>
    /// <exception cref="KeyMissingException">That key is not at hand.</exception>
    public string Seal(ReadOnlySpan<byte> plaintext, string place, string keyId)
    {
        var box = new byte[NonceBytes + plaintext.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(keys.Derive(keyId, Purpose), TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), plaintext, box.AsSpan(NonceBytes, plaintext.Length), box.AsSpan(^TagBytes..), Encoding.UTF8.GetBytes(place));
        return $"v1.{keyId}.{Base64Url.EncodeToString(box)}";
    }

    /// <exception cref="CryptographicException">The value was changed, belongs to another place, or is no sealed value.</exception>
    /// <exception cref="KeyMissingException">The master key that sealed it is not at hand.</exception>
    public byte[] Open(string sealedValue, string place)
    {
        var parts = sealedValue.Split('.');
        if (parts is not ["v1", var keyId, var body] || !Base64Url.IsValid(body))
            throw new CryptographicException("Not a sealed value.");
        var box = Base64Url.DecodeFromChars(body);
        if (box.Length < NonceBytes + TagBytes)
            throw new CryptographicException("Not a sealed value.");
        var plaintext = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(keys.Derive(keyId, Purpose), TagBytes);
        aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, plaintext.Length), box.AsSpan(^TagBytes..), plaintext, Encoding.UTF8.GetBytes(place));
        return plaintext;
    }
}
