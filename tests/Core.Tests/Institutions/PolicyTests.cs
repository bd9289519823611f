using KenshinOtp.Contracts;
using KenshinOtp.Institutions;

namespace KenshinOtp.Core.Tests.Institutions;

public sealed class PolicyTests
{
    [Fact]
    public void Every_preset_reads_back_what_it_writes()
    {
        foreach (var preset in Presets.Names.Select(name => Presets.Find(name)! with { MailFrom = "a@kenshin.example" }))
        {
            var copy = PolicyKeys.All.Aggregate(preset with { Period = 30, SerialPrefix = "XX", Transactions = [] }, (policy, key) => key.TrySet(policy, key.Read(preset))!);

            PolicyKeys.All.Select(key => key.Read(copy)).ShouldBe(PolicyKeys.All.Select(key => key.Read(preset)));
        }
    }

    [Theory]
    [InlineData("period", "45")]
    [InlineData("digits", "7")]
    [InlineData("algorithm", "MD5")]
    [InlineData("lockAfter", "0")]
    [InlineData("lockAfter", "-1")]
    [InlineData("lockAfter", "１０")]
    [InlineData("tokenValidityDays", "9999")]
    [InlineData("transactions", "transfer,so long")]
    [InlineData("transactions", "")] // no password would ever be asked for
    [InlineData("serialPrefix", "k1")]
    [InlineData("requireSealedDelivery", "yes")]
    [InlineData("mailFrom", "a@b, c@d")]
    [InlineData("accentColor", "red")]
    public void A_value_out_of_bounds_is_refused(string key, string value) =>
        PolicyKeys.Find(key)!.TrySet(Presets.Find(Presets.Kenshin)!, value).ShouldBeNull();

    [Theory]
    [InlineData(Presets.Kenshin, "transfer", false, true)]
    [InlineData(Presets.Kenshin, "login", true, false)]
    [InlineData(Presets.Kenshin, "certificate", false, false)]
    [InlineData(Presets.ShinkinPersonal, "login", false, false)]
    [InlineData(Presets.ShinkinPersonal, "login", true, true)]
    [InlineData(Presets.ShinkinPersonal, "bulkTransfer", true, false)]
    [InlineData(Presets.ShinkinBusiness, "certificate", false, true)]
    public void A_password_is_asked_for_by_named_transactions_only(string preset, string transaction, bool otpAtLogin, bool asks)
    {
        TransactionName.TryParse(transaction, out var name).ShouldBeTrue();

        Presets.Find(preset)!.AsksFor(name, otpAtLogin).ShouldBe(asks);
    }
}
