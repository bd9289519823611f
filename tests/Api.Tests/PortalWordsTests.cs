using System.Net;
using KenshinOtp.Support;
using KenshinOtp.Support.Import;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Tests;

/// <summary>What the hosted pages say to whom: no page contradicts what its visitor sees elsewhere.</summary>
public sealed class PortalWordsTests : PortalTest
{
    private const string NeverAtLogin = "ログインのときや", AsChosenAtLogin = "お選びいただいたログインのときだけです";

    [Fact]
    public async Task No_page_says_that_log_in_never_asks_where_the_customer_may_choose_that_it_does()
    {
        var personal = await Centre.Bank("9003", "shinkin-personal");
        await personal.Customer("P1000001", "taro", "general");
        using var http = await Visit("taro", "P1000001", personal);

        foreach (var page in new[] { await http.GetStringAsync(At("register")), await Page(http, "users"), await Page(http, "nope") })
        {
            page.ShouldContain(AsChosenAtLogin);
            page.ShouldNotContain(NeverAtLogin);
        }
    }

    [Theory]
    [InlineData(true, AsChosenAtLogin, NeverAtLogin)]
    [InlineData(false, NeverAtLogin, AsChosenAtLogin)]
    public async Task Who_has_chosen_is_told_so_on_pages_and_on_refusals(bool otpAtLogin, string says, string saysNot)
    {
        var personal = await Centre.Bank("9003", "shinkin-personal");
        var customer = await personal.Customer("P1000001", "taro", "general");
        var phone = await personal.EnrolledPhone();
        (await customer.Register(phone.Serial, await phone.Password(), otpAtLogin)).Code.ShouldBe(200);
        using var http = await Visit("taro", "P1000001", personal);

        foreach (var page in new[] { await http.GetStringAsync(At("manage")), await Page(http, "users"), await Page(http, "nope") })
        {
            page.ShouldContain(says);
            page.ShouldNotContain(saysNot);
        }
    }

    [Fact]
    public async Task Only_who_has_an_administrator_is_told_to_ask_one()
    {
        var personal = await Centre.Bank("9003", "shinkin-personal");
        await personal.Customer("P1000001", "taro", "general");
        using var alone = await Visit("taro", "P1000001", personal);
        using var colleague = await Visit("sato");

        foreach (var path in new[] { "users", "mode" })
        {
            (await Page(colleague, path)).ShouldContain("管理者の方にご依頼ください");
            var page = await Page(alone, path);
            page.ShouldContain("この画面はご利用になれません");
            page.ShouldNotContain("管理者の方");
        }
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("no/such/page")]
    [InlineData("leave?visit=01900000000070008000000000000000")]
    public async Task Who_loses_the_way_stays_at_the_own_bank_and_finds_back_to_it(string path)
    {
        using var http = await Visit("yamada");

        using var answer = await http.GetAsync(At(path));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("ページが見つかりません");
        page.ShouldContain("/portal/accent/");
        page.ShouldContain(NeverAtLogin);
        WayBack(page).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_stranger_who_loses_the_way_is_told_no_bank()
    {
        using var stranger = Browser();

        using var answer = await stranger.GetAsync(At("nope"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("/portal/accent/");
    }

    [Fact]
    public async Task Files_of_the_pages_are_found_as_before()
    {
        using var stranger = Browser();

        (await stranger.GetAsync(At("portal.css"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(" ", "")]
    [InlineData("-", "")]
    [InlineData("　", "full")]
    [InlineData("ー", "full")]
    [InlineData("−", "small")]
    public async Task A_serial_number_is_taken_as_people_write_it(string between, string form)
    {
        var phone = await Bank.EnrolledPhone();
        using var http = await Visit("yamada");
        var serial = string.Join(between, SerialNumber.Groups(phone.Serial));
        var typed = form switch
        {
            "full" => string.Concat(serial.Select(c => char.IsAsciiLetterOrDigit(c) ? (char)(c + 0xFEE0) : c)),
            "small" => serial.ToLowerInvariant(),
            _ => serial,
        };

        await Post(http, "register", ("Serial", typed), ("Otp", await phone.Password()));

        (await Status("yamada")).ShouldBe("inUse");
    }

    [Fact]
    public async Task A_serial_number_is_shown_in_groups_as_the_app_shows_it()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");

        foreach (var path in new[] { "manage", "users", "exchange", "revoke", "suspend", "discontinue" })
            (await http.GetStringAsync(At(path))).ShouldContain($"<span>{phone.Serial[..4]}</span><wbr><span>{phone.Serial[4..8]}</span><wbr><span>{phone.Serial[8..]}</span>", customMessage: path);
        (await http.GetStringAsync(At("exchange"))).ShouldContain($"{phone.Serial[..4]} 0001 2345");
    }

    [Fact]
    public async Task Who_revoked_a_token_of_the_app_is_told_to_remove_it_there()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");

        (await Post(http, "revoke", ("Otp", await phone.Password()))).ShouldContain("もう使えないため、アプリで削除してください。");
    }

    [Fact]
    public async Task Who_exchanged_a_token_is_told_to_remove_the_old_one_if_it_was_one_of_the_app()
    {
        const string remove = "携帯電話のトークンアプリに残っています";
        var customer = new Customer(Bank, "S1000001", "yamada");
        var device = new HardToken("HT000001");
        await Bank.Import(new StringContent(device.Csv), "text/csv");
        (await customer.Register(device.Serial, await device.Password(Centre.Now))).Message.EnsureSuccessStatusCode();
        WaitForNextPassword();
        var (phone, next) = (await Bank.EnrolledPhone(), await Bank.EnrolledPhone());
        using var http = await Visit("yamada");

        var toPhone = await customer.Exchange(await device.Password(Centre.Now), phone.Serial, await phone.Password());
        WaitForNextPassword();
        var toNext = await customer.Exchange(await phone.Password(), next.Serial, await next.Password());

        (await http.GetStringAsync(At($"result?receipt={toPhone["receiptNumber"]}"))).ShouldNotContain(remove);
        (await http.GetStringAsync(At($"result?receipt={toNext["receiptNumber"]}"))).ShouldContain(remove);
    }

    [Fact]
    public async Task Who_changes_phones_is_led_to_the_exchange_where_there_is_one_and_to_the_revocation_where_there_is_none()
    {
        await Registered("yamada");
        var kenshin = await Centre.Bank();
        await kenshin.CustomerWithToken();
        using var registered = await Visit("yamada");
        using var mailed = await Visit("yamada", bank: kenshin);

        (await registered.GetStringAsync(At("manage"))).ShouldContain("二度と使えなくします。機種変更のときは『トークンの交換』を");
        (await registered.GetStringAsync(At("manage"))).ShouldNotContain("機種変更の前と");
        (await mailed.GetStringAsync(At("manage"))).ShouldContain("機種変更の前と");
    }

    [Fact]
    public async Task A_colleague_without_a_token_has_none_issued_or_none_registered_as_the_institution_s_tokens_come()
    {
        var kenshin = await Centre.Bank();
        await kenshin.Customer();
        using var mailed = await Visit("yamada", bank: kenshin);
        using var registering = await Visit("yamada");

        (await mailed.GetStringAsync(At("users"))).ShouldContain("未発行");
        (await registering.GetStringAsync(At("users"))).ShouldContain("未登録");
    }

    [Theory]
    [InlineData("", "携帯メールアドレスを入力してください")]
    [InlineData("taro.docomo.ne.jp", "「@」を含めて1件だけ")]
    [InlineData("taro@docomo.ne.jp,jiro@docomo.ne.jp", "「@」を含めて1件だけ")]
    [InlineData("taro@docomo", "途中で切れています")]
    [InlineData("ta ro@docomo.ne.jp", "使えない文字")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@docomo.ne.jp", "「@」の前は64文字")]
    public async Task What_is_wrong_with_an_address_is_what_the_page_says(string address, string says)
    {
        var kenshin = await Centre.Bank();
        await kenshin.Customer();
        using var http = await Visit("yamada", bank: kenshin);

        var page = await Post(http, "issue", ("MobileEmail", address), ("ActivationPin", Customer.Pin));

        page.ShouldContain(says);
        page.ShouldContain("MobileEmail-error");
    }

    [Fact]
    public async Task Who_typed_an_address_sees_its_mistake_and_no_other_session_sees_the_address()
    {
        var kenshin = await Centre.Bank();
        await kenshin.Customer();
        using var mine = await Visit("yamada", bank: kenshin);
        using var another = await Visit("yamada", bank: kenshin);

        (await Post(mine, "issue", ("MobileEmail", "tarro@docomo.ne.jp"), ("ActivationPin", Customer.Pin))).ShouldContain("tarro@docomo.ne.jp");
        (await Post(mine, "issued", ("ResendEmail", "taro@docomo.ne.jp"))).ShouldContain("taro@docomo.ne.jp");

        var page = await another.GetStringAsync(At("issued"));
        page.ShouldContain("t***@docomo.ne.jp");
        page.ShouldNotContain("taro@docomo.ne.jp");
        (await another.GetStringAsync(At("manage"))).ShouldNotContain("taro@docomo.ne.jp");
    }

    [Fact]
    public async Task The_second_step_of_an_exchange_offers_no_switch_that_would_begin_it_anew()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");
        const string another = "hreflang=\"en\"";

        (await http.GetStringAsync(At("exchange"))).ShouldContain(another);
        var second = await Post(http, "exchange", ("CurrentOtp", await phone.Password()));

        second.ShouldContain("name=\"NewOtp\"");
        second.ShouldNotContain(another);
    }

    private static async Task<string> Page(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(At(path));
        return await answer.Content.ReadAsStringAsync();
    }
}
