namespace KenshinOtp.Contracts;

/// <summary>ユーザID: the key of a person within a contract. Case matters.</summary>
public readonly record struct UserId
{
    private readonly string? _value;

    private UserId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("The default UserId names nobody.");

    public static bool TryParse(string? text, out UserId id)
    {
        var valid = text is not null && ServiceId.Form().IsMatch(text);
        id = valid ? new(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
