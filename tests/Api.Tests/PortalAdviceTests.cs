using KenshinOtp.Support;
using KenshinOtp.Support.Import;

namespace KenshinOtp.Api.Tests;

/// <summary>Where the hosted pages send somebody with whom something went wrong.</summary>
public sealed class PortalAdviceTests : PortalTest
{
    [Fact]
    public async Task Who_has_a_device_that_expired_is_not_told_to_renew_it_in_an_app()
    {
        var token = new HardToken("HT000001", ExpiresAt: $"{Centre.Now.AddDays(40):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        await Bank.Import(new StringContent(token.Csv), "text/csv");
        (await new Customer(Bank, "S1000001", "yamada").Register("HT000001", await token.Password(Centre.Now))).Message.EnsureSuccessStatusCode();
        Centre.Clock.Advance(TimeSpan.FromDays(41));
        using var http = await Visit("yamada");

        var page = await http.GetStringAsync(At("manage"));

        page.ShouldContain("期限切れ");
        page.ShouldContain("お取引に使えません。お取引店へお申し出ください。");
        page.ShouldNotContain("アプリ");
    }

    [Fact]
    public async Task Who_has_a_token_that_lapsed_before_it_was_confirmed_is_sent_to_the_issuance_and_to_no_renewal()
    {
        var kenshin = await Centre.Bank();
        await (await kenshin.Customer()).Issue();
        Centre.Clock.Advance(TimeSpan.FromDays(732));
        using var http = await Visit("yamada", bank: kenshin);

        var page = await http.GetStringAsync(At("manage"));

        page.ShouldContain("期限切れ");
        page.ShouldContain("もう一度発行してください。");
        page.ShouldNotContain("更新");
    }

    [Theory]
    [InlineData("sato", "S1000001", "individual", "yamada", true)]
    [InlineData("sato", "S1000001", "individual", null, false)] // the administrator has no token to prove it with
    [InlineData("yamada", "S1000001", "individual", null, false)]
    [InlineData("suzuki", "S2000002", "individual", null, false)]
    [InlineData("sato", "S1000001", "shared", null, false)]
    public async Task Only_who_has_an_administrator_to_lift_a_suspension_is_sent_to_one(string userId, string serviceId, string mode, string? colleague, bool sent)
    {
        const string administrator = "管理者の方";
        await Registered(userId, serviceId);
        if (colleague is not null)
            await Registered(colleague, serviceId);
        await Bank.Put("contracts/" + serviceId, new { name = "湖畔商店", tokenMode = mode, branch = "001" });
        using var http = await Visit(userId, serviceId);

        var pages = new[] { await http.GetStringAsync(At("suspend")), await Post(http, "suspend"), await http.GetStringAsync(At("manage")), await http.GetStringAsync(At("confirm")) };

        foreach (var page in pages)
        {
            page.ShouldContain("お取引店へ");
            page.Contains(administrator, StringComparison.Ordinal).ShouldBe(sent, page);
        }
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("revoke")]
    public async Task An_administrator_whose_own_token_is_stopped_lifts_nothing_and_nobody_is_sent_there(string stopped)
    {
        await Registered("sato");
        var administrator = await Registered("yamada");
        var customer = new Customer(Bank, "S1000001", "yamada");
        (stopped == "revoke" ? await customer.Revoke(await administrator.Password()) : await customer.Do(stopped)).Code.ShouldBe(200);
        using var http = await Visit("sato");

        var pages = new[] { await http.GetStringAsync(At("suspend")), await Post(http, "suspend"), await http.GetStringAsync(At("manage")) };

        foreach (var page in pages)
        {
            page.ShouldContain("お取引店へ");
            page.ShouldNotContain("管理者の方");
        }
    }

    [Theory]
    [InlineData("general", "ロックの解除は、お取引店へ", "管理者の方")]
    [InlineData("administrator", "管理者の方に、ロックの解除を", "ロックの解除は、お取引店へ")]
    public async Task Who_locked_a_new_token_is_told_who_unlocks_it(string colleague, string says, string saysNot)
    {
        var kenshin = await Centre.Bank();
        var customer = await kenshin.Customer();
        await kenshin.CustomerWithToken(userId: "sato", role: colleague);
        var phone = await customer.ActivatedPhone();
        for (var i = 0; i < 10; i++)
            await customer.Confirm(await phone.WrongPassword());
        using var http = await Visit("yamada", bank: kenshin);

        var page = await http.GetStringAsync(At("confirm"));

        page.ShouldContain(says);
        page.ShouldNotContain(saysNot);
    }

    [Fact]
    public async Task Who_lost_a_phone_with_a_mailed_token_is_shown_the_suspension_above()
    {
        var kenshin = await Centre.Bank();
        await kenshin.CustomerWithToken();
        using var http = await Visit("yamada", bank: kenshin);

        var page = await http.GetStringAsync(At("manage"));

        page.ShouldContain("携帯電話をなくされたとき");
        page.ShouldContain("すぐに「事故設定」でトークンを止めるか");
    }

    [Fact]
    public async Task Whoever_can_do_nothing_with_a_stopped_token_is_offered_nothing_and_told_who_lifts_it()
    {
        await Registered("sato");
        (await new Customer(Bank, "S1000001", "sato").Do("suspend")).Code.ShouldBe(200);
        using var http = await Visit("sato");

        var page = await http.GetStringAsync(At("manage"));

        page.ShouldNotContain("id=\"ways-title\"");
        page.ShouldContain("解除はお取引店へお申し出ください");
    }

    [Theory]
    [InlineData(null, "解除は、お取引店へお申し出ください。")]
    [InlineData("suzuki", "解除は、ほかの管理者の方またはお取引店へお申し出ください。")]
    public async Task An_administrator_who_can_do_nothing_for_a_colleague_is_told_who_can(string? colleague, string says)
    {
        await Registered("yamada");
        if (colleague is null)
        {
            await Bank.Put("contracts/S1000001", new { name = "湖畔商店", tokenMode = "shared", branch = "001" });
        }
        else
        {
            await Bank.Customer(userId: colleague);
            await Registered(colleague);
            await Registered("sato");
            (await new Customer(Bank, "S1000001", "sato").Do("suspend")).Code.ShouldBe(200);
        }

        (await new Customer(Bank, "S1000001", "yamada").Do("suspend")).Code.ShouldBe(200);
        using var http = await Visit("yamada");

        var page = await http.GetStringAsync(At("users"));

        page.ShouldContain(says);
        page.ShouldNotContain("トークン発行はご本人が");
    }

    [Fact]
    public async Task An_administrator_is_led_to_no_page_that_sends_back()
    {
        await Registered("yamada");
        using var http = await Visit("yamada");
        (await http.GetStringAsync(At("users"))).ShouldContain("href=\"/portal/mode\"");
        (await new Customer(Bank, "S1000001", "yamada").Do("suspend")).Code.ShouldBe(200);

        (await http.GetStringAsync(At("users"))).ShouldNotContain("href=\"/portal/mode\"");
    }

    [Fact]
    public async Task Who_waits_for_the_cooling_time_is_sent_to_nobody_who_could_not_shorten_it()
    {
        var kenshin = await Centre.Bank();
        var (customer, phone) = await kenshin.CustomerWithToken();
        (await customer.Revoke(await phone.Password())).Code.ShouldBe(200);
        using var http = await Visit("yamada", bank: kenshin);

        var page = await http.GetStringAsync(At("issue"));

        page.ShouldContain("30分間は、新しいトークンを発行できません");
        page.ShouldNotContain("お取引店");
    }

    [Fact]
    public async Task Without_a_cooling_time_nobody_is_told_to_wait_for_it()
    {
        var kenshin = await Centre.Bank("9003", "kenshin", ("reissueCooldownMinutes", "0"));
        var (_, phone) = await kenshin.CustomerWithToken();
        using var http = await Visit("yamada", bank: kenshin);

        var asked = await http.GetStringAsync(At("revoke"));
        asked.ShouldContain("再びご利用になるには、新しいトークンを発行してください。");
        asked.ShouldNotContain("0分");
        var done = await Post(http, "revoke", ("Otp", await phone.Password()));
        done.ShouldContain("新しい携帯電話でお使いになるときは、インターネットバンキングからトークンを発行してください。");
    }

    [Fact]
    public async Task Without_a_grace_period_nobody_is_told_of_one_of_no_days()
    {
        var strict = await Centre.Bank("9004", "shinkin-business", ("unregisteredGraceDays", "0"));
        await strict.CustomerWithRegisteredToken();
        using var http = await Visit("yamada", bank: strict);

        var page = await http.GetStringAsync(At("discontinue"));

        page.ShouldContain("トークンの登録がない間は、振込限度額が引き下げられることがあります。");
        page.ShouldNotContain("0日");
    }

    [Theory]
    [InlineData("SUSPEND")]
    [InlineData("Suspend")]
    public async Task An_address_in_another_case_asks_for_the_same(string deed)
    {
        await Registered("yamada");
        using var http = await Visit("yamada");

        (await http.GetStringAsync(At(deed))).ShouldContain("事故設定するとできなくなること");
        await Post(http, deed);

        (await Status("yamada")).ShouldBe("suspended");
    }
}
