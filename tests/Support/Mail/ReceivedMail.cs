using System.Text;

namespace KenshinOtp.Support.Mail;

/// <summary>A mail as it lies in the mailbox of its recipient, decoded for reading and raw for suspicion.</summary>
public sealed record ReceivedMail
{
    /// <summary>The address the mail was handed over for, without the quotes SMTP asks of an odd local part: <c>taro..t.@docomo.ne.jp</c>.</summary>
    public required string EnvelopeTo { get; init; }

    /// <summary>The address a bounce would go to.</summary>
    public required string EnvelopeFrom { get; init; }

    /// <summary>The From header, name and address, decoded.</summary>
    public required string From { get; init; }

    /// <summary>The To header, decoded; an odd local part still has its quotes.</summary>
    public required string To { get; init; }

    public required string Subject { get; init; }

    public required string MessageId { get; init; }

    /// <summary>The text, decoded; lines end with <c>\n</c>.</summary>
    public required string Body { get; init; }

    /// <summary>Every byte of the message as one character (Latin-1), with the lines Postfix put on top.</summary>
    public required string Raw { get; init; }

    /// <summary>The first web address that stands alone on a line, as phones need it to make a link of it.</summary>
    public Uri? Link => Body.Split('\n')
        .Where(line => line.StartsWith("http", StringComparison.Ordinal) && !line.Contains(' ', StringComparison.Ordinal))
        .Select(line => Uri.TryCreate(line, UriKind.Absolute, out var uri) ? uri : null)
        .FirstOrDefault(uri => uri is not null);

    /// <summary>The raw value of any other header field, or an empty string.</summary>
    public string Header(string name) => MailHeaders.Split(Raw).Headers.Of(name);

    public static ReceivedMail Parse(byte[] message)
    {
        var raw = Encoding.Latin1.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal);
        var (headers, body) = MailHeaders.Split(raw);
        return new ReceivedMail
        {
            EnvelopeTo = Unquoted(headers.Of("X-Original-To")),
            EnvelopeFrom = Unquoted(headers.Of("Return-Path").Trim('<', '>', ' ')),
            From = MimeText.DecodeHeader(headers.Of("From")),
            To = MimeText.DecodeHeader(headers.Of("To")),
            Subject = MimeText.DecodeHeader(headers.Of("Subject")),
            MessageId = headers.Of("Message-ID").Trim(),
            Body = MimeText.DecodeBody(body, headers.Of("Content-Type"), headers.Of("Content-Transfer-Encoding")),
            Raw = raw,
        };
    }

    private static string Unquoted(string address)
    {
        var at = address.LastIndexOf("\"@", StringComparison.Ordinal);
        return address.StartsWith('"') && at > 0
            ? address[1..at].Replace("\\", "", StringComparison.Ordinal) + address[(at + 1)..]
            : address;
    }
}
