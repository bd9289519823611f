using System.Globalization;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Support.Oath;

/// <summary>
/// The real <c>oathtool</c> as an oracle: passwords computed by a program that shares no line with the product.
/// </summary>
public static class OathTool
{
    /// <summary>The time-based password (RFC 6238) of one instant.</summary>
    /// <param name="secret">The shared secret; given on standard input, so that no process list shows it.</param>
    /// <param name="algorithm"><c>SHA1</c>, <c>SHA256</c> or <c>SHA512</c>.</param>
    /// <param name="digits">6, 7 or 8: the tool knows no others.</param>
    /// <param name="periodSeconds">The length of one time step.</param>
    /// <param name="at">The instant; the tool knows whole seconds.</param>
    /// <param name="ct">Ends the tool early.</param>
    public static async Task<string> Totp(
        byte[] secret, string algorithm, int digits, int periodSeconds, DateTimeOffset at, CancellationToken ct)
    {
        string[] arguments =
        [
            $"--totp={algorithm}",
            string.Create(CultureInfo.InvariantCulture, $"--digits={digits}"),
            string.Create(CultureInfo.InvariantCulture, $"--time-step-size={periodSeconds}s"),
            string.Create(CultureInfo.InvariantCulture, $"--now={at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"),
            "-",
        ];
        var output = await Command.Output("oathtool", arguments, Convert.ToHexStringLower(secret) + "\n", ct);
        return output.Trim();
    }
}
