using System.Text.RegularExpressions;
using KenshinOtp.Text;

namespace KenshinOtp.Outbox;

/// <summary>What a mail server's reply means for a mail, whichever library heard it.</summary>
internal static partial class SmtpReply
{
    private const int MaxWords = 400, MaxRead = 1000;

    /// <summary>
    /// A 5xx about this mail is final. What concerns us rather than the mail is not: log-in or TLS needed, relaying denied (which is also what a server
    /// says when it did not take our log-in and the client went on without one), a lost connection. Somebody mends the settings and the mail goes out.
    /// </summary>
    /// <param name="code">The reply's code; what is none stands for a lost connection.</param>
    /// <param name="words">The text after the code.</param>
    public static DeliveryVerdict Judge(int code, string words) => code switch
    {
        530 or 534 or 535 or 538 => DeliveryVerdict.Unreachable,
        >= 550 and <= 554 when words.Contains("relay", StringComparison.OrdinalIgnoreCase) => DeliveryVerdict.Deferred,
        >= 500 and < 600 => DeliveryVerdict.Refused,
        421 => DeliveryVerdict.Unreachable,
        >= 400 and < 500 => DeliveryVerdict.Deferred,
        _ => DeliveryVerdict.Unreachable,
    };

    /// <summary>The server's words in one line, without what moves a cursor, and without what it may quote of the mail: links and addresses.</summary>
    public static string Words(int code, string words)
    {
        var visible = OneLine.Of(code > 0 ? $"{code} {words}" : words);
        var line = string.Join(' ', visible.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Shortened.To(MaxWords, Quoted().Replace(Shortened.To(MaxRead, line), "[…]"));
    }

    [GeneratedRegex(@"https?:\S+|<[^<>\s]*@[^<>\s]*>|\S+@\S+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
