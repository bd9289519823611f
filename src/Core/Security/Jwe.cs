using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KenshinOtp.Security;

/// <summary>
/// Compact JWE (RFC 7516 §7.1) with direct key agreement ECDH-ES on P-256 (RFC 7518 §4.6) and A256GCM (RFC 7518 §5.3):
/// only the device that made the key pair can read it, whatever stands between.
/// </summary>
public static class Jwe
{
    private const int NonceBytes = 12, TagBytes = 16;

    /// <summary>Seals a JWK of kty <c>oct</c> (RFC 7518 §6.4) that holds the secret.</summary>
    public static string SealOctetKey(ReadOnlySpan<byte> secret, DeviceKey recipient)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { kty = "oct", k = Base64Url.EncodeToString(secret) });
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            return Seal(payload, recipient, ephemeral);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(payload);
        }
    }

    private static string Seal(ReadOnlySpan<byte> payload, DeviceKey recipient, ECDiffieHellman ephemeral)
    {
        var header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            alg = "ECDH-ES",
            enc = "A256GCM",
            epk = PublicJwk(ephemeral),
        }));

        using var other = ECDiffieHellman.Create(recipient.Parameters);
        var key = AgreeOnKey(ephemeral, other.PublicKey);
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var ciphertext = new byte[payload.Length];
        var tag = new byte[TagBytes];
        using (var aes = new AesGcm(key, TagBytes))
            aes.Encrypt(nonce, payload, ciphertext, tag, Encoding.ASCII.GetBytes(header));
        CryptographicOperations.ZeroMemory(key);

        // The second part, the encrypted key, is empty with direct key agreement.
        return $"{header}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(ciphertext)}.{Base64Url.EncodeToString(tag)}";
    }

    /// <summary>Concat KDF (NIST SP 800-56A §5.8.1) as RFC 7518 §4.6.2 fills it: one round gives the 256 bits that A256GCM needs.</summary>
    internal static byte[] AgreeOnKey(ECDiffieHellman own, ECDiffieHellmanPublicKey other) =>
        own.DeriveKeyFromHash(other, HashAlgorithmName.SHA256, secretPrepend: [0, 0, 0, 1], secretAppend: OtherInfo("A256GCM", keyBits: 256));

    /// <summary>AlgorithmID ‖ PartyUInfo ‖ PartyVInfo ‖ SuppPubInfo, with both parties' information empty.</summary>
    internal static byte[] OtherInfo(string algorithm, int keyBits)
    {
        var info = new byte[4 + algorithm.Length + 4 + 4 + 4];
        BinaryPrimitives.WriteInt32BigEndian(info, algorithm.Length);
        Encoding.ASCII.GetBytes(algorithm, info.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(info.AsSpan(^4..), keyBits);
        return info;
    }

    private static object PublicJwk(ECDiffieHellman key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        return new { kty = "EC", crv = "P-256", x = Base64Url.EncodeToString(q.X), y = Base64Url.EncodeToString(q.Y) };
    }
}
