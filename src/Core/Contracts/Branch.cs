using KenshinOtp.Results;

namespace KenshinOtp.Contracts;

/// <summary>営業店: the branch that looks after a contract, or at which a person works; three digits.</summary>
public readonly record struct Branch
{
    private readonly string? _digits;

    private Branch(string digits) => _digits = digits;

    public string Value => _digits ?? throw new InvalidOperationException("The default Branch is none.");

    public static bool TryParse(string? text, out Branch branch)
    {
        var valid = text is { Length: 3 } && text.All(char.IsAsciiDigit);
        branch = valid ? new(text!) : default;
        return valid;
    }

    /// <summary>Reads what may be missing; what is wrong is noted for <c>branch</c>.</summary>
    public static Branch? Read(string? text, FieldErrors errors) => text is null ? null : errors.Read<Branch>("branch", text, TryParse, "branch must be 3 digits.");

    public override string ToString() => Value;
}
