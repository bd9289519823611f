using System.Globalization;
using System.Security.Cryptography;
using KenshinOtp.Text;

namespace KenshinOtp.Issuance;

/// <summary>利用開始パスワード: 4 to 8 digits that the user chooses at issuance and types into the app. Full-width digits are folded.</summary>
public readonly struct ActivationPin
{
    public const int MinDigits = 4, MaxDigits = 8;

    public static readonly string Rule = $"{MinDigits} to {MaxDigits} digits";

    private readonly string? _digits;

    private ActivationPin(string digits) => _digits = digits;

    public static bool TryParse(string? text, out ActivationPin pin)
    {
        var digits = text is { Length: >= MinDigits and <= MaxDigits } ? HalfWidth.Fold(text) : "";
        var valid = digits.Length > 0 && digits.All(char.IsAsciiDigit);
        pin = valid ? new(digits) : default;
        return valid;
    }

    /// <summary>A PIN that nobody chose.</summary>
    internal static ActivationPin Random() => new(RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture));

    internal string Reveal() => _digits ?? throw new InvalidOperationException("The default ActivationPin is no PIN.");

    public override string ToString() => "[pin]";
}
