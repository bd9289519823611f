using System.Buffers.Text;
using System.Security.Cryptography;

namespace KenshinOtp.Security;

/// <summary>The public key of a device, a JWK of kty EC on P-256 (RFC 7517 §4, RFC 7518 §6.2.1).</summary>
public sealed class DeviceKey
{
    private const int CoordinateBytes = 32;

    private DeviceKey(ECParameters parameters) => Parameters = parameters;

    internal ECParameters Parameters { get; }

    /// <summary>Accepts base64url coordinates of exactly 32 bytes that name a point on the curve.</summary>
    public static bool TryParse(string? kty, string? crv, string? x, string? y, out DeviceKey key)
    {
        key = null!;
        if (kty is not "EC" || crv is not "P-256" || !TryDecode(x, out var qx) || !TryDecode(y, out var qy))
            return false;
        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = qx, Y = qy } };
        try
        {
            using var probe = ECDiffieHellman.Create(parameters);
        }
        catch (CryptographicException)
        {
            return false; // not a point on the curve
        }

        key = new DeviceKey(parameters);
        return true;
    }

    private static bool TryDecode(string? text, out byte[] bytes)
    {
        bytes = new byte[CoordinateBytes];
        return text is not null && Base64Url.IsValid(text, out var length) && length == CoordinateBytes
            && Base64Url.TryDecodeFromChars(text, bytes, out _);
    }
}
