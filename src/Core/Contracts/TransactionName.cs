using System.Text.RegularExpressions;

namespace KenshinOtp.Contracts;

/// <summary>The name of a transaction that may ask for a password, for example <c>transfer</c>.</summary>
public readonly partial record struct TransactionName
{
    public const string Rule = "a name such as transfer: a letter, then up to 39 letters or digits";

    private readonly string? _value;

    private TransactionName(string value) => _value = value;

    public static TransactionName Login { get; } = new("login");

    /// <summary>Changes to tokens themselves: revocation and the like.</summary>
    public static TransactionName TokenManagement { get; } = new("tokenManagement");

    public string Value => _value ?? throw new InvalidOperationException("The default TransactionName names no transaction.");

    public static bool TryParse(string? text, out TransactionName name)
    {
        var valid = text is not null && Form().IsMatch(text);
        name = valid ? new(text!) : default;
        return valid;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]{0,39}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
