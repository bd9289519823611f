using System.Globalization;
using System.Text;
using KenshinOtp.Otp;

namespace KenshinOtp.DemoBank.Drawer;

/// <summary>
/// The secrets of the drawer's tokens, in the format in which a maker delivers them: <c>serial,secretHex,algorithm,digits,period,expiresAt</c>.
/// A bank hands such a file to the centre and keeps no copy; here it is what makes the stage props work.
/// </summary>
internal static class TokenFile
{
    private const string Header = "serial,secretHex,algorithm,digits,period,expiresAt";

    /// <exception cref="FormatException">It is not a file that a demo wrote.</exception>
    public static IReadOnlyList<HardwareToken> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(ParseLine)];

    public static string Format(IEnumerable<HardwareToken> tokens)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var token in tokens)
        {
            text.Append(CultureInfo.InvariantCulture, $"{token.Serial},{Convert.ToHexStringLower(token.Secret.Reveal())},")
                .Append(CultureInfo.InvariantCulture, $"{HardwareToken.Algorithm.WireName()},{HardwareToken.Digits},{HardwareToken.Period},\n");
        }

        return text.ToString();
    }

    private static HardwareToken ParseLine(string line) => line.Split(',') is [var serial, var secret, ..]
        ? new(serial, new TokenSecret(Convert.FromHexString(secret)))
        : throw new FormatException("A line of the token file is not one.");
}
