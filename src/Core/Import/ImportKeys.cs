using System.Text;

namespace KenshinOtp.Import;

/// <summary>What opens an encrypted PSKC, as far as the caller has it. It never shows itself in a log or an error.</summary>
/// <param name="preSharedKey">The key agreed upon with the vendor (RFC 6030 §6.1), or null.</param>
/// <param name="passphrase">The passphrase that the key is derived from (RFC 6030 §6.2), UTF-8, or null.</param>
public sealed class ImportKeys(byte[]? preSharedKey, byte[]? passphrase)
{
    public const string KeyRule = "A key is 32, 48 or 64 hexadecimal digits.";

    public const string PassphraseRule = "A passphrase is 1 to 1000 bytes of UTF-8.";

    private const int MaxPassphraseBytes = 1000;

    public static ImportKeys None { get; } = new(preSharedKey: null, passphrase: null);

    internal byte[]? PreSharedKey => preSharedKey;

    internal byte[]? Passphrase => passphrase;

    /// <summary>An AES key in hexadecimal digits; blanks between them do not count.</summary>
    public static bool TryParseKey(string? text, out byte[] key)
    {
        var digits = string.Concat((text ?? "").Where(c => !char.IsWhiteSpace(c)));
        var valid = digits.Length is 32 or 48 or 64 && digits.All(char.IsAsciiHexDigit);
        key = valid ? Convert.FromHexString(digits) : [];
        return valid;
    }

    public static bool TryParsePassphrase(string? text, out byte[] passphrase)
    {
        passphrase = Encoding.UTF8.GetBytes(text ?? "");
        return passphrase.Length is > 0 and <= MaxPassphraseBytes;
    }

    public override string ToString() => "[keys]";
}
