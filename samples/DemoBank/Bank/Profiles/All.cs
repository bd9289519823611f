namespace KenshinOtp.DemoBank.Bank.Profiles;

/// <summary>The demo's banks, in the order of the start page.</summary>
internal static class All
{
    public static IReadOnlyList<BankProfile> Banks { get; } = [Kenshin.Profile, ShinkinPersonal.Profile, ShinkinBusiness.Profile];
}
