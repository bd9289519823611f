using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.Institutions;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>デモの進め方: the step that is next can be taken.</summary>
public sealed class GuideTests
{
    private static readonly BankContract Shop = new("S1000001", "湖畔商店", Branch: null);

    [Theory]
    [InlineData("inUse", "login transfer", "transfer")]
    [InlineData("locked", "login lift transfer", "lift")]
    [InlineData("suspended", "login lift transfer", "lift")]
    public void A_token_that_was_stopped_is_set_free_before_the_story_goes_on(string status, string steps, string next)
    {
        var guide = Guide.For(Bank, Progress(status, "individual"));

        string.Join(' ', guide.Select(step => step.Id)).ShouldBe(steps);
        guide.Single(step => step.State == StepState.Current).Id.ShouldBe(next);
    }

    [Theory]
    [InlineData("individual", "鈴木さんでログインし直し")]
    [InlineData("shared", "--reset")]
    public void Who_sets_it_free_is_somebody_of_the_demo_who_may(string mode, string says) =>
        Guide.For(Bank, Progress("locked", mode)).Single(step => step.Id == "lift").Hint.ShouldContain(says);

    private static BankProfile Bank => new()
    {
        Slug = "bank", Code = "9002", Name = "Bank", Title = "Bank", Channel = "", Kind = "", Summary = "", Preset = Presets.ShinkinBusiness, MailFrom = "",
        Customers = [new(Shop, "yamada", "山田", IsAdministrator: false), new(Shop, "suzuki", "鈴木", IsAdministrator: true)],
        Accounts = [], Menu = [], English = [],
        Guide = [new("login", "", "", _ => true), new("transfer", "", "", _ => false)],
    };

    private static Progress Progress(string status, string mode)
    {
        var token = new Token("SKTS00012345", status, ExpiresAt: null, RenewalOpensAt: null, MobileEmail: null, Mail: null);
        var user = new ContractUser(Shop.ServiceId, "yamada", "山田", "general", OtpAtLogin: false, token, "none");
        return new(new Contract(Shop.ServiceId, Shop.Name, mode, Branch: null, [user]), user, [], LimitChanged: false, HasCertificate: false);
    }
}
