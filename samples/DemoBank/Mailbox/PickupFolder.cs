using System.Globalization;
using System.Text;

namespace KenshinOtp.DemoBank.Mailbox;

/// <summary>The directory into which the centre's worker puts its mails, read as if it were a phone's mailbox.</summary>
public sealed class PickupFolder(string path)
{
    private const int Newest = 50;

    /// <returns>The newest mails, the latest first.</returns>
    public async Task<IReadOnlyList<Mail>> Read(CancellationToken ct)
    {
        if (!Directory.Exists(path))
            return [];
        var mails = new List<Mail>();
        foreach (var file in Directory.GetFiles(path, "*.eml").OrderDescending(StringComparer.Ordinal).Take(Newest))
            mails.Add(Parse(Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file, Encoding.Latin1, ct), File.GetLastWriteTimeUtc(file)));
        return mails;
    }

    /// <summary>A message of one text part, which is what the centre sends (RFC 5322 §2.1).</summary>
    private static Mail Parse(string id, string eml, DateTimeOffset written)
    {
        var text = eml.ReplaceLineEndings("\n");
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, body) = end < 0 ? (text, "") : (text[..end], text[(end + 2)..]);
        var headers = Headers(head);
        var charset = Charset(headers.GetValueOrDefault("Content-Type", ""));
        var decoded = EncodedText.DecodeBody(body, headers.GetValueOrDefault("Content-Transfer-Encoding", "7bit"), charset);
        return new(
            id,
            EncodedText.DecodeHeader(headers.GetValueOrDefault("From", "")).Replace("\"", "", StringComparison.Ordinal),
            headers.GetValueOrDefault("To", "").Replace("\"", "", StringComparison.Ordinal),
            EncodedText.DecodeHeader(headers.GetValueOrDefault("Subject", "")),
            DateTimeOffset.TryParse(headers.GetValueOrDefault("Date"), CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : written,
            decoded.ReplaceLineEndings("\n").Trim('\n').Split('\n'));
    }

    /// <summary>A line that begins with white space goes on with the header before it (RFC 5322 §2.2.3).</summary>
    private static Dictionary<string, string> Headers(string head)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in head.Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal).Split('\n'))
        {
            if (line.Split(':', 2) is [var name, var value])
                headers.TryAdd(name.Trim(), value.Trim());
        }

        return headers;
    }

    private static string Charset(string contentType)
    {
        const string Mark = "charset=";
        var at = contentType.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "utf-8" : contentType[(at + Mark.Length)..].Split(';')[0].Trim('"', ' ');
    }
}
