using System.Text;
using System.Text.RegularExpressions;

namespace KenshinOtp.Support.Mail;

/// <summary>
/// Reads the text of a mail as a handset would: header words (RFC 2047), transfer encodings and Japanese charsets. Written
/// apart from the product's mail code, so that one cannot hide a fault of the other.
/// </summary>
internal static partial class MimeText
{
    static MimeText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The text of a header value whose bytes are the characters of <paramref name="latin1"/>.</summary>
    public static string DecodeHeader(string latin1)
    {
        // White space between two encoded words is no part of the text.
        var joined = BetweenWords().Replace(Utf8(latin1), "");
        return EncodedWord().Replace(joined, DecodeWord).Trim();
    }

    /// <summary>The text of a body part whose bytes are the characters of <paramref name="latin1"/>; lines end with <c>\n</c>.</summary>
    public static string DecodeBody(string latin1, string contentType, string transferEncoding)
    {
        if (Boundary().Match(contentType) is { Success: true } boundary)
            return DecodeFirstPart(latin1, boundary.Groups["name"].Value);

        var bytes = transferEncoding.Trim().ToUpperInvariant() switch
        {
            "BASE64" => Convert.FromBase64String(latin1),
            "QUOTED-PRINTABLE" => Unquote(latin1.Replace("=\n", "", StringComparison.Ordinal)),
            _ => Encoding.Latin1.GetBytes(latin1),
        };
        var charset = Charset().Match(contentType) is { Success: true } match ? match.Groups["name"].Value : "us-ascii";
        return Encoding.GetEncoding(charset).GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string DecodeFirstPart(string latin1, string boundary)
    {
        var part = latin1.Split($"--{boundary}\n")[1].Split($"\n--{boundary}")[0];
        var (headers, body) = MailHeaders.Split(part);
        return DecodeBody(body, headers.Of("Content-Type"), headers.Of("Content-Transfer-Encoding"));
    }

    private static string DecodeWord(Match word)
    {
        var text = word.Groups["text"].Value;
        var bytes = word.Groups["coding"].Value is "B" or "b"
            ? Convert.FromBase64String(text)
            : Unquote(text.Replace('_', ' '));
        return Encoding.GetEncoding(word.Groups["charset"].Value).GetString(bytes);
    }

    private static byte[] Unquote(string quoted) => Encoding.Latin1.GetBytes(
        QuotedByte().Replace(quoted, match => ((char)Convert.ToByte(match.Value[1..], 16)).ToString()));

    private static string Utf8(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));

    [GeneratedRegex(@"(?<=\?=)\s+(?==\?)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"=\?(?<charset>[^?*]+)(\*[^?]*)?\?(?<coding>[BbQq])\?(?<text>[^?]*)\?=", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex("=[0-9A-Fa-f]{2}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QuotedByte();

    [GeneratedRegex("""charset="?(?<name>[^";\s]+)""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Charset();

    [GeneratedRegex("""boundary="?(?<name>[^";]+)""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Boundary();
}
