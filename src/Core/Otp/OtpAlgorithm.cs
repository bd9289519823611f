namespace KenshinOtp.Otp;

/// <summary>The hash under the HMAC of a password (RFC 6238 §1.2). The numbers are the lengths of a new secret in bytes.</summary>
public enum OtpAlgorithm
{
    Sha1 = 20,
    Sha256 = 32,
    Sha512 = 64,
}

public static class OtpAlgorithms
{
    /// <summary>The name on the wire and in rows: <c>SHA1</c>, <c>SHA256</c>, <c>SHA512</c>.</summary>
    public static string WireName(this OtpAlgorithm algorithm) => algorithm switch
    {
        OtpAlgorithm.Sha1 => "SHA1",
        OtpAlgorithm.Sha256 => "SHA256",
        OtpAlgorithm.Sha512 => "SHA512",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };

    public static bool TryParse(string? text, out OtpAlgorithm algorithm)
    {
        algorithm = text switch { "SHA1" => OtpAlgorithm.Sha1, "SHA256" => OtpAlgorithm.Sha256, "SHA512" => OtpAlgorithm.Sha512, _ => default };
        return algorithm != default;
    }

    internal static OtpAlgorithm Parse(string text) =>
        TryParse(text, out var algorithm) ? algorithm : throw new FormatException("Unknown algorithm in a row.");
}
