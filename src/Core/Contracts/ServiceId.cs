using System.Text.RegularExpressions;

namespace KenshinOtp.Contracts;

/// <summary>サービスID・契約者ID: the institution's key of a contract. Case matters.</summary>
public readonly partial record struct ServiceId
{
    public const string Rule = "1 to 64 characters of A-Z a-z 0-9 . _ @ -";

    private readonly string? _value;

    private ServiceId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("The default ServiceId names no contract.");

    public static bool TryParse(string? text, out ServiceId id)
    {
        var valid = text is not null && Form().IsMatch(text);
        id = valid ? new(text!) : default;
        return valid;
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"^[A-Za-z0-9._@-]{1,64}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    internal static partial Regex Form();
}
