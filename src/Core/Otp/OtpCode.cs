using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
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
    /// <param name="expected">The password as a number.</param>
    /// <param name="digits">How many digits it has.</param>
    internal bool Matches(uint expected, int digits)
    {
        var typed = uint.Parse(_digits ?? throw new InvalidOperationException("The default OtpCode is no password."), NumberStyles.None, CultureInfo.InvariantCulture);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in typed)), MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in expected)))
            && _digits.Length == digits;
    }

    public override string ToString() => "[otp]";
}
