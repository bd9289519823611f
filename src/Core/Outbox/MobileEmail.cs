using System.Text.RegularExpressions;

namespace KenshinOtp.Outbox;

/// <summary>
/// One mail address of a phone. Looser than RFC 5321 §4.1.2 where docomo's and au's handsets are (dots in a row, at the ends of the local
/// part; a leading hyphen), stricter everywhere else: one address, ASCII, no blanks, no line breaks, no quoting, no comments.
/// </summary>
public readonly partial record struct MobileEmail
{
    public const string Rule = "one mail address such as taro@docomo.ne.jp, ASCII, without blanks";

    public const int MaxLength = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
    public const int MaxLocalLength = 64; // §4.5.3.1.1

    private readonly string? _value;

    private MobileEmail(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("The default MobileEmail is no address.");

    public string Domain => Value[(Value.IndexOf('@', StringComparison.Ordinal) + 1)..];

    /// <summary>The form for SMTP: a local part that is no dot-atom is quoted (RFC 5321 §4.1.2).</summary>
    public string SmtpForm
    {
        get
        {
            var at = Value.IndexOf('@', StringComparison.Ordinal);
            var local = Value[..at];
            return DotAtom().IsMatch(local) ? Value : $"\"{local}\"{Value[at..]}";
        }
    }

    /// <summary>For screens and answers: enough for its owner to know it again.</summary>
    public string Masked => $"{Value[0]}***@{Domain}";

    public static bool TryParse(string? text, out MobileEmail email)
    {
        var valid = text is { Length: <= MaxLength } && Form().IsMatch(text);
        email = valid ? new(text!) : default;
        return valid;
    }

    public override string ToString() => Masked;

    [GeneratedRegex(
        """^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z""",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex("""^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\z""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DotAtom();
}
