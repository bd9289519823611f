using System.Security.Cryptography;

namespace KenshinOtp.Otp;

/// <summary>The secret that a token and the centre share. It never shows itself in a log or an error.</summary>
public sealed class TokenSecret(byte[] bytes)
{
    /// <summary>As long as the hash's output, as RFC 4226 §4 R6 and RFC 6238 §5.1 recommend.</summary>
    public static TokenSecret Random(OtpAlgorithm algorithm) => new(RandomNumberGenerator.GetBytes((int)algorithm));

    public ReadOnlySpan<byte> Reveal() => bytes;

    public override string ToString() => "[secret]";
}
