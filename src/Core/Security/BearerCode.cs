using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace KenshinOtp.Security;

/// <summary>
/// A random code that by itself opens something: a download link, a link to a hosted page, an API key. Stored as its SHA-256 only:
/// with 128 and more random bits there is nothing to guess, so no slow hash is needed.
/// </summary>
public readonly struct BearerCode
{
    private const int MaxLength = 128;

    private readonly string? _text;

    private BearerCode(string text) => _text = text;

    /// <summary>What the database holds: SHA-256 as lower-case hex.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Reveal())));

    /// <param name="bytes">Random bytes, 16 (128 bits) or more.</param>
    /// <param name="prefix">A readable mark in front, so that a leaked key is recognised for what it is.</param>
    public static BearerCode Random(int bytes, string prefix = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 16);
        return new(prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes)));
    }

    /// <summary>Any text of a plausible length: whether it opens something is for the database to say.</summary>
    public static bool TryParse(string? text, out BearerCode code)
    {
        var plausible = text is { Length: > 0 and <= MaxLength } && text.All(char.IsAscii);
        code = plausible ? new(text!) : default;
        return plausible;
    }

    /// <summary>The code itself: for the one mail, link or line of output that hands it over.</summary>
    public string Reveal() => _text ?? throw new InvalidOperationException("The default BearerCode opens nothing.");

    public override string ToString() => "[code]";
}
