using System.Security.Cryptography;
using System.Text;

namespace KenshinOtp.Import;

/// <summary>The algorithms of a PSKC, by the identifiers of XML Encryption and XML Signature (RFC 6030 §6 names the ones to support).</summary>
internal static class PskcCipher
{
    private const int BlockBytes = 16;

    /// <returns>The bytes of a key for this cipher; null if the cipher is not known here.</returns>
    public static int? KeyBytes(string? algorithm) => algorithm switch
    {
        "http://www.w3.org/2001/04/xmlenc#aes128-cbc" => 16,
        "http://www.w3.org/2001/04/xmlenc#aes192-cbc" => 24,
        "http://www.w3.org/2001/04/xmlenc#aes256-cbc" => 32,
        _ => null,
    };

    /// <summary>The hash under an HMAC (RFC 9231 §2.2); null if it is not known here.</summary>
    public static HashAlgorithmName? Hmac(string? algorithm) => algorithm switch
    {
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1" => HashAlgorithmName.SHA1,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256" => HashAlgorithmName.SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha384" => HashAlgorithmName.SHA384,
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>AES-CBC with the initialisation vector in front (XML Encryption §5.2); only the last byte of the padding has a meaning there.</summary>
    /// <returns>Null if the padding is none: another key made this.</returns>
    public static byte[]? Decrypt(byte[] key, byte[] value)
    {
        if (value.Length < 2 * BlockBytes || value.Length % BlockBytes != 0)
            return null;
        using var aes = Aes.Create();
        aes.Key = key;
        try
        {
            return aes.DecryptCbc(value.AsSpan(BlockBytes), value.AsSpan(0, BlockBytes), PaddingMode.ISO10126);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Base 64 with any blanks in it.</summary>
    /// <returns>Null if it is none, or empty.</returns>
    public static byte[]? Base64(string? text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text?.Length ?? 0)];
        return text?.Length > 0 && Convert.TryFromBase64String(text, bytes, out var length) && length > 0 ? bytes[..length] : null;
    }
}
