using System.Globalization;
using System.Security.Cryptography;
using KenshinOtp.Support.Oath;

namespace KenshinOtp.Support.Import;

/// <summary>A device with a secret of its own, as its vendor ships it.</summary>
public sealed record HardToken(string Serial, string Algorithm = "SHA1", int Digits = 6, int Period = 30, string? ExpiresAt = null)
{
    public byte[] Secret { get; init; } = RandomNumberGenerator.GetBytes(Algorithm switch { "SHA256" => 32, "SHA512" => 64, _ => 20 });

    /// <summary>Its line in a CSV file.</summary>
    public string Csv => string.Create(
        CultureInfo.InvariantCulture, $"{Serial},{Convert.ToHexStringLower(Secret)},{Algorithm},{Digits},{Period},{ExpiresAt}");

    /// <summary>What its display shows.</summary>
    public Task<string> Password(DateTimeOffset at) => OathTool.Totp(Secret, Algorithm, Digits, Period, at, CancellationToken.None);
}
