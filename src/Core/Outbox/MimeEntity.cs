using System.Text;
using System.Text.RegularExpressions;

namespace KenshinOtp.Outbox;

/// <summary>
/// A message, or a part of one (RFC 2045 §2.4), as far as a report on a mail needs it. One character is one byte. Parts are taken apart when they are asked
/// for, one level at a time: however deep a message is nested, nothing recurs.
/// </summary>
internal sealed partial class MimeEntity
{
    // A report has three (RFC 6522 §3).
    private const int MaxParts = 20;

    private readonly MailFields _fields;
    private readonly ArraySegment<string> _body;

    private MimeEntity(ArraySegment<string> lines)
    {
        (_fields, _body) = MailFields.Read(lines);
        var type = _fields["Content-Type"] ?? "";
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        MediaType = (semicolon < 0 ? type : type[..semicolon]).Trim();
    }

    /// <summary>Type and subtype as they were written, or an empty string.</summary>
    public string MediaType { get; }

    public static MimeEntity Read(ReadOnlySpan<byte> message) => new(Lines(Encoding.Latin1.GetString(message)));

    public bool Is(string mediaType) => MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>The parts of a multipart (RFC 2046 §5.1.1). Where the closing delimiter is missing, the last part goes to the end.</summary>
    public IReadOnlyList<MimeEntity> Parts()
    {
        if (!MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || Parameter("boundary") is not { Length: > 0 } boundary)
            return [];
        var (delimiter, end) = ("--" + boundary, "--" + boundary + "--");
        var parts = new List<MimeEntity>();
        int? begin = null;
        for (var i = 0; i <= _body.Count && parts.Count < MaxParts; i++)
        {
            var line = i < _body.Count ? _body[i].TrimEnd(' ', '\t') : end;
            if (line != delimiter && line != end)
                continue;
            if (begin is { } first)
                parts.Add(new(_body[first..i]));
            begin = i + 1;
            if (line == end)
                break;
        }

        return parts;
    }

    /// <summary>The lines of the body without their transfer encoding (RFC 2045 §6), or null where it is unknown or broken.</summary>
    public ArraySegment<string>? Content() => _fields["Content-Transfer-Encoding"]?.ToUpperInvariant() switch
    {
        null or "" or "7BIT" or "8BIT" or "BINARY" => _body,
        "BASE64" => FromBase64(),
        "QUOTED-PRINTABLE" => FromQuotedPrintable(),
        _ => null,
    };

    private static ArraySegment<string> Lines(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');

    private string? Parameter(string name)
    {
        var type = _fields["Content-Type"] ?? "";
        foreach (Match parameter in Parameters().Matches(type, MediaType.Length))
        {
            if (parameter.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return parameter.Groups["token"] is { Success: true, Value: var token } ? token : Escaped().Replace(parameter.Groups["quoted"].Value, "${char}");
        }

        return null;
    }

    private ArraySegment<string>? FromBase64()
    {
        var text = string.Concat(_body.AsEnumerable());
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var length))
            return Lines(Encoding.Latin1.GetString(bytes.AsSpan(0, length)));
        return null;
    }

    /// <summary>RFC 2045 §6.7; an equals sign that introduces no byte stands for itself.</summary>
    private ArraySegment<string> FromQuotedPrintable()
    {
        var text = new StringBuilder();
        foreach (var line in _body)
        {
            var visible = line.TrimEnd(' ', '\t');
            if (visible.EndsWith('='))
                text.Append(visible, 0, visible.Length - 1);
            else
                text.Append(visible).Append('\n');
        }

        return Lines(QuotedByte().Replace(text.ToString(), match => ((char)Convert.FromHexString(match.Groups["hex"].ValueSpan)[0]).ToString()));
    }

    // RFC 2045 §5.1: one after the other from the end of the media type, so that what stands in another's quotes is none.
    [GeneratedRegex("""\G\s*;\s*(?<name>[^\s=;"]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<token>[^\s;"]+))""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameters();

    [GeneratedRegex(@"\\(?<char>.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escaped();

    [GeneratedRegex("=(?<hex>[0-9A-Fa-f]{2})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex QuotedByte();
}
