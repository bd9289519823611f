using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Text;

namespace KenshinOtp.Otp;

/// <summary>A one-time password as somebody typed it: 6 or 8 ASCII digits. Full-width digits are folded, all else is refused.</summary>
public readonly struct OtpCode
{
    private readonly string? _digits;

    private OtpCode(string digits) => _digits = digits;

    public static bool TryParse(string? text, out OtpCode code)
    {
        var digits = text is { Length: 6 or 8 } ? HalfWidth.Fold(text) : "";
        var valid = digits.Length > 0 && digits.All(char.IsAsciiDigit);
        code = valid ? new(digits) : default;
        return valid;
    }

    /// <summary>Compares in constant time; a password of another length never matches.</summary>
    public bool Matches(string expected) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(_digits ?? throw new InvalidOperationException("The default OtpCode is no password.")),
        Encoding.ASCII.GetBytes(expected));

    public override string ToString() => "[otp]";
}
