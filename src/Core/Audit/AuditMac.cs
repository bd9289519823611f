using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Security;

namespace KenshinOtp.Audit;

/// <summary>
/// Signs what the audit trail holds with HMAC-SHA-256 under a key of the key ring, which the database never holds: whoever can write to the database
/// cannot write what verifies.
/// </summary>
/// <remarks>
/// Over the fields one after the other, each as its length in bytes (32 bits, little-endian; -1 for null) and its UTF-8: no two lists of fields are the
/// same bytes. The first field says what is signed, so that nothing stands for something of another sort. Form: <c>{master key id}.{base64url}</c>.
/// </remarks>
public sealed class AuditMac(IKeyRing keys)
{
    private const string Purpose = "audit";

    public string Sign(params ReadOnlySpan<string?> fields) => Sign(keys.CurrentId, fields);

    /// <returns>False also where the mac names a key that has never sealed.</returns>
    /// <exception cref="KeyMissingException">It names an earlier key, which is not in the key ring: whether it fits cannot be told here.</exception>
    public bool Fits(string mac, params ReadOnlySpan<string?> fields)
    {
        var dot = mac.IndexOf('.', StringComparison.Ordinal);
        try
        {
            return dot > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mac), Encoding.UTF8.GetBytes(Sign(mac[..dot], fields)));
        }
        catch (KeyMissingException e) when (!IsEarlier(e.KeyId))
        {
            return false;
        }
    }

    // The first is 0001. A mac that was made up can name a key that is missing, too, and is not told from a true one until the key is back.
    private bool IsEarlier(string keyId) =>
        keyId.Length == 4 && keyId.All(char.IsAsciiDigit) && string.CompareOrdinal(keyId, "0000") > 0 && string.CompareOrdinal(keyId, keys.CurrentId) < 0;

    private string Sign(string keyId, ReadOnlySpan<string?> fields)
    {
        var size = 0;
        foreach (var field in fields)
            size += sizeof(int) + (field is null ? 0 : Encoding.UTF8.GetByteCount(field));
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            var rest = buffer.AsSpan();
            foreach (var field in fields)
            {
                var length = field is null ? -1 : Encoding.UTF8.GetBytes(field, rest[sizeof(int)..]);
                BinaryPrimitives.WriteInt32LittleEndian(rest, length);
                rest = rest[(sizeof(int) + Math.Max(length, 0))..];
            }

            return $"{keyId}.{Base64Url.EncodeToString(HMACSHA256.HashData(keys.Derive(keyId, Purpose), buffer.AsSpan(0, size)))}";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
