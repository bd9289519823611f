using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace KenshinOtp.Outbox;

/// <summary>
/// What a delivery status notification (RFC 3464, in the multipart/report of RFC 6522) says of one mail. Whatever is not of this form, an
/// out-of-office answer or a carrier's free words, is no report.
/// </summary>
/// <param name="MessageId">Of the mail that it is about, with its angle brackets.</param>
/// <param name="Failure">
/// Why it was given up, for people: at most some 420 characters, without addresses and links. Null if it was not: a delay, a delivery, a handing on.
/// </param>
public sealed partial record DeliveryReport(string MessageId, string? Failure)
{
    /// <summary>The second part; the second form is that of RFC 6533 §3, whose addresses are UTF-8.</summary>
    private static readonly string[] StatusTypes = ["message/delivery-status", "message/global-delivery-status"];

    /// <summary>The third part: the mail or its header (RFC 6522 §3; RFC 6533 §4).</summary>
    private static readonly string[] ReturnedTypes = ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"];

    /// <summary>Reads a report out of a message as it came, of any content.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, [NotNullWhen(true)] out DeliveryReport? report)
    {
        report = null;
        var entity = MimeEntity.Read(message);
        if (!entity.Is("multipart/report"))
            return false;
        var parts = entity.Parts();
        if (ContentOf(parts, StatusTypes) is not { } status || ContentOf(parts, ReturnedTypes) is not { } returned)
            return false;
        if (MessageIdForm().Match(MailFields.Read(returned).Fields["Message-ID"] ?? "") is not { Success: true, Value: var messageId })
            return false;
        var recipients = Recipients(status);
        if (recipients.Count == 0)
            return false;

        var failed = recipients.Exists(GotOn) ? null : recipients.Find(IsFailed);
        report = new(messageId, failed is null ? null : AnswerOf(failed));
        return true;
    }

    private static ArraySegment<string>? ContentOf(IReadOnlyList<MimeEntity> parts, string[] types) =>
        parts.FirstOrDefault(part => types.Contains(part.MediaType, StringComparer.OrdinalIgnoreCase))?.Content();

    /// <summary>RFC 3464 §2.1: blocks of fields, the first about the message, the others about a recipient each; an action is a recipient's (§2.3.3).</summary>
    private static List<MailFields> Recipients(ArraySegment<string> status)
    {
        var recipients = new List<MailFields>();
        while (status.Count > 0)
        {
            (var fields, status) = MailFields.Read(status);
            if (fields["Action"] is not null)
                recipients.Add(fields);
        }

        return recipients;
    }

    /// <summary>Given up, for good (5.x.x) or after many tries (4.x.x); a failure that calls itself a success is none.</summary>
    private static bool IsFailed(MailFields recipient) => Word(recipient["Action"]) is "FAILED" && !Word(recipient["Status"]).StartsWith('2');

    /// <summary>Another recipient, to whom an alias led, has it or may have it.</summary>
    private static bool GotOn(MailFields recipient) => Word(recipient["Action"]) is "DELIVERED" or "RELAYED" or "EXPANDED";

    /// <summary>
    /// The last server's words (§2.3.6) and the status (§2.3.4). It begins with a digit like every answer of a server, and the status stands behind a reply
    /// code, for that is how the words for the customer are chosen.
    /// </summary>
    private static string AnswerOf(MailFields recipient)
    {
        var status = StatusForm().Match(recipient["Status"] ?? "") is { Success: true, Value: var code } ? code : "5.0.0"; // RFC 3463 §3.1: no more is known
        var diagnostic = recipient["Diagnostic-Code"] ?? "";
        var words = SmtpReply.Words(code: 0, Text(diagnostic[(diagnostic.IndexOf(';', StringComparison.Ordinal) + 1)..]));
        if (words.Length == 0 || !char.IsAsciiDigit(words[0]))
            return $"{status} {words}".TrimEnd();
        return words.Contains(status, StringComparison.Ordinal) ? words : $"{words} ({status})";
    }

    /// <summary>The characters of bytes that should be ASCII or UTF-8.</summary>
    private static string Text(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    /// <summary>The first word of a field, in capitals; comments may follow it.</summary>
    private static string Word(string? value) => WordForm().Match(value ?? "").Value.ToUpperInvariant();

    [GeneratedRegex(@"^[A-Za-z0-9.-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordForm();

    [GeneratedRegex(@"^[45]\.\d{1,3}\.\d{1,3}(?!\d)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatusForm();

    // RFC 5322 §3.6.4; visible ASCII only, for it becomes a parameter of a statement.
    [GeneratedRegex("<[!-;=?-~]{1,298}>", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MessageIdForm();
}
