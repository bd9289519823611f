using System.Text;
using System.Text.RegularExpressions;

namespace KenshinOtp.DemoBank.Mailbox;

/// <summary>The encodings of mail: encoded words in headers (RFC 2047), base64 and quoted-printable in bodies (RFC 2045 §6).</summary>
internal static partial class EncodedText
{
    /// <summary><c>=?utf-8?B?…?=</c> as text. White space between two encoded words is not part of the text (RFC 2047 §6.2).</summary>
    public static string DecodeHeader(string value) =>
        EncodedWord().Replace(Between().Replace(value, ""), word => Charset(word.Groups["charset"].Value).GetString(
            word.Groups["encoding"].Value is "B" or "b"
                ? Base64(word.Groups["text"].Value)
                : QuotedPrintable(word.Groups["text"].Value.Replace('_', ' '))));

    public static string DecodeBody(string body, string transferEncoding, string charset) => transferEncoding.ToUpperInvariant() switch
    {
        "BASE64" => Charset(charset).GetString(Base64(body)),
        "QUOTED-PRINTABLE" => Charset(charset).GetString(QuotedPrintable(SoftBreak().Replace(body, ""))),
        _ => Charset(charset).GetString(Encoding.Latin1.GetBytes(body)),
    };

    private static byte[] Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : Encoding.Latin1.GetBytes(text);
    }

    private static byte[] QuotedPrintable(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return [.. bytes];
    }

    private static Encoding Charset(string name)
    {
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8; // what is unknown here is at worst unreadable
        }
    }

    [GeneratedRegex(
        @"=\?(?<charset>[^?*]+)(?:\*[^?]*)?\?(?<encoding>[BbQq])\?(?<text>[^?]*)\?=",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"(?<=\?=)[ \t]+(?==\?)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Between();

    [GeneratedRegex(@"=[ \t]*\n", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SoftBreak();
}
