using KenshinOtp.Staff;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>What a paper form's page says that the deed will come to.</summary>
public sealed class StaffEffectTests : StaffTest
{
    [Theory]
    [InlineData("kenshin", "また使うには、新しいトークンの発行が必要です。")]
    [InlineData("shinkin-business", "また使うには、別のトークンでの利用開始が必要です。")]
    public async Task A_revocation_says_how_to_get_back_as_the_institution_s_tokens_come(string preset, string says)
    {
        var bank = preset == "kenshin" ? Bank : await Centre.Bank("9002", preset);
        var customer = preset == "kenshin" ? (await bank.CustomerWithToken()).Customer : (await bank.CustomerWithRegisteredToken()).Customer;
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller, institution: bank.Code);
        using var approver = await WorkScreen.Open(Centre, StaffRole.Approver, institution: bank.Code);

        (await teller.Get(Act(customer, StaffAction.Revoke))).Main.ShouldContain(says);

        if ((await teller.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location is { } draft && draft.Contains("/drafts/", StringComparison.Ordinal))
            (await approver.Get(draft)).Main.ShouldContain(says);
    }

    [Theory]
    [InlineData("issued", "初期設定待ちに戻ります。使い始めるには、アプリの初期設定と認証確認が必要です。")]
    [InlineData("activated", "認証確認待ちに戻ります。使い始めるには、認証確認が必要です。")]
    [InlineData("inUse", "また使えるようになります。")]
    [InlineData("expired", "期限切れに戻ります。使うには、有効期限の更新か、新しいトークンが必要です。")]
    public async Task A_lifting_promises_no_more_than_the_token_will_be(string state, string says)
    {
        var customer = await Bank.Customer();
        if (state == "issued")
            await customer.Issue();
        else if (state == "activated")
            await customer.ActivatedPhone();
        else
            customer = (await Bank.CustomerWithToken()).Customer;
        if (state == "expired")
        {
            Centre.Clock.Advance(TimeSpan.FromDays(732));
            await Centre.RunJob("expiry");
        }

        (await customer.Look())["token.status"].ShouldBe(state);
        (await customer.Do("suspend")).Code.ShouldBe(200);
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);

        var page = (await screen.Get(Act(customer, StaffAction.Resume))).Main;

        page.ShouldContain($"<p class=\"effect\">山田 花子 様のトークンは、{says}</p>");
    }

    [Fact]
    public async Task A_lock_lifted_from_a_token_that_never_came_into_use_brings_back_no_more()
    {
        var customer = await Bank.Customer();
        var phone = await customer.ActivatedPhone();
        for (var i = 0; i < 10; i++)
            await customer.Confirm(await phone.WrongPassword());
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);

        var page = (await screen.Get(Act(customer, StaffAction.Unlock))).Main;

        page.ShouldContain("認証確認待ちに戻ります。使い始めるには、認証確認が必要です。間違いの回数は0に戻ります。");
    }
}
