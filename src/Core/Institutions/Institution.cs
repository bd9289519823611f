namespace KenshinOtp.Institutions;

/// <summary>金融機関: a co-operative or union. It owns everything else; nothing of one is ever seen by another.</summary>
public sealed record Institution(string Id, InstitutionCode Code, string Name, string Preset, Policy Policy)
{
    /// <summary>The policy as its row holds it, by which a later statement can tell whether it is still the same; empty for an institution that has no row yet.</summary>
    public string StoredPolicy { get; init; } = "";

    /// <summary>Whether its tokens are issued by mail (けんしん) rather than registered by serial number (しんきん).</summary>
    public bool ProvisionsByMail => string.Equals(Preset, Presets.Kenshin, StringComparison.Ordinal);

    /// <summary>The name in front of the sender's address.</summary>
    public string SenderName => Policy.MailFromName.Length > 0 ? Policy.MailFromName : Name;
}

/// <summary>金融機関コード: four digits, unique in Japan.</summary>
public readonly record struct InstitutionCode
{
    private readonly string? _digits;

    private InstitutionCode(string digits) => _digits = digits;

    public static bool TryParse(string? text, out InstitutionCode code)
    {
        var valid = text is { Length: 4 } && text.All(char.IsAsciiDigit);
        code = valid ? new(text!) : default;
        return valid;
    }

    public override string ToString() => _digits ?? throw new InvalidOperationException("The default InstitutionCode names no institution.");
}
