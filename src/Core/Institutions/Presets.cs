namespace KenshinOtp.Institutions;

/// <summary>The policies that institutions start from (domain: "Rules of a password").</summary>
public static class Presets
{
    public const string Kenshin = "kenshin";
    public const string ShinkinPersonal = "shinkin-personal";
    public const string ShinkinBusiness = "shinkin-business";

    public static IReadOnlyList<string> Names { get; } = [Kenshin, ShinkinPersonal, ShinkinBusiness];

    /// <returns>The policy, or null for an unknown name.</returns>
    public static Policy? Find(string name) => name switch
    {
        Kenshin => new()
        {
            Period = 60,
            TokenValidityDays = 730,
            ReissueCooldownMinutes = 30,
            SerialPrefix = "KNST",
            Transactions = ["transfer", "payment", "bulkTransfer", "tokenManagement", "userInformation"],
        },
        ShinkinPersonal => new()
        {
            Period = 30,
            SerialPrefix = "SKTS",
            Transactions = ["transfer", "limitChange", "payment", "login"],
            AccentColor = "#1f4e8c",
        },
        ShinkinBusiness => new()
        {
            Period = 30,
            SerialPrefix = "SKTB",
            Transactions = ["transfer", "limitChange", "payment", "bulkTransfer", "certificate"],
            AccentColor = "#6b3a7a",
        },
        _ => null,
    };
}
