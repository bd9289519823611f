using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Support;
using KenshinOtp.Support.Import;

namespace KenshinOtp.Api.Tests;

/// <summary>What the hosted pages refuse, seen without a browser.</summary>
public sealed partial class PortalTests : IAsyncLifetime
{
    private Centre _centre = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _bank = await _centre.Bank("9003", "shinkin-business");
        await _bank.Customer();
        await _bank.Customer(userId: "sato", role: "general");
        await _bank.Customer("S2000002", "suzuki");
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Theory]
    [InlineData("yamada", "suzuki")]
    [InlineData("yamada", "nobody")]
    [InlineData("yamada", "a b")]
    [InlineData("sato", "yamada")]
    public async Task Nobody_acts_for_a_user_of_another_contract_and_general_users_for_nobody(string visitor, string target)
    {
        using var http = await Visit(visitor);
        foreach (var path in new[] { "register", "exchange", "revoke", "suspend", "resume", "unlock", "result" })
        {
            using var page = await http.GetAsync(new Uri($"/portal/{path}?user={Uri.EscapeDataString(target)}", UriKind.Relative));
            page.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_form_without_the_page_it_came_from_changes_nothing()
    {
        var phone = _centre.Phone();
        await phone.Enroll("9003");
        using var http = await Visit("yamada");
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["Serial"] = phone.Serial, ["Otp"] = await phone.Password() };

        using var forged = await http.PostAsync(new Uri("/portal/register", UriKind.Relative), new FormUrlEncodedContent(fields));
        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _bank.Get("contracts/S1000001/users/yamada"))["nextStep"].ShouldBe("register");

        fields["__RequestVerificationToken"] = Token().Match(await http.GetStringAsync(new Uri("/portal/register", UriKind.Relative))).Groups["token"].Value;
        using var honest = await http.PostAsync(new Uri("/portal/register", UriKind.Relative), new FormUrlEncodedContent(fields));
        honest.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _bank.Get("contracts/S1000001/users/yamada"))["nextStep"].ShouldBe("none");
    }

    [Fact]
    public async Task A_password_carried_from_another_session_opens_nothing_there()
    {
        var phone = _centre.Phone();
        await phone.Enroll("9003");
        await _bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        using var mine = await Visit("yamada");
        using var another = await Visit("yamada");
        var second = await Post(mine, "exchange", ("CurrentOtp", await phone.Password()));
        var carried = Carried().Match(second).Groups["value"].Value;
        carried.ShouldNotBeEmpty();

        (await Post(mine, "exchange?handler=New", ("Carried", carried))).ShouldNotContain("CurrentOtp-error");
        (await Post(another, "exchange?handler=New", ("Carried", carried))).ShouldContain("CurrentOtp-error");
        (await Post(mine, "exchange?handler=New", ("Carried", carried + "x"))).ShouldContain("CurrentOtp-error");
    }

    [Fact]
    public async Task A_log_in_alone_takes_no_token_out_of_service()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");

        (await Post(http, "revoke")).ShouldContain("Otp-error");
        (await Status("yamada")).ShouldBe("inUse");
        await Post(http, "suspend");
        (await Status("yamada")).ShouldBe("suspended");
        foreach (var path in new[] { "revoke", "revoke?user=sato", "mode" })
            (await http.GetStringAsync(new Uri($"/portal/{path}", UriKind.Relative))).ShouldNotContain("name=\"__RequestVerificationToken\"", customMessage: path);
        (await http.GetStringAsync(new Uri("/portal/manage", UriKind.Relative))).ShouldNotContain("/portal/revoke");
        (await new Customer(_bank, "S1000001", "yamada").Register(phone.Serial, await phone.Password())).Problem.ShouldBe("invalid_transition");
    }

    [Fact]
    public async Task The_token_mode_changes_by_the_administrators_password_only()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");

        (await Post(http, "mode?handler=Change", ("Mode", "shared"))).ShouldContain("Otp-error");
        (await Post(http, "mode?handler=Change", ("Mode", "shared"), ("Otp", await phone.WrongPassword()))).ShouldContain("Otp-error");
        (await _bank.Get("contracts/S1000001"))["tokenMode"].ShouldBe("individual");
        await Post(http, "mode?handler=Change", ("Mode", "shared"), ("Otp", await phone.Password()));
        (await _bank.Get("contracts/S1000001"))["tokenMode"].ShouldBe("shared");
    }

    [Fact]
    public async Task Who_shares_a_locked_token_does_not_unlock_it_through_a_colleague()
    {
        var phone = await Registered("yamada");
        await _bank.Put("contracts/S1000001", new { name = "湖畔商店", tokenMode = "shared", branch = "001" });
        for (var i = 0; i < 10; i++)
            await new Customer(_bank, "S1000001", "sato").Verify(await phone.WrongPassword());
        using var http = await Visit("yamada");

        (await http.GetStringAsync(new Uri("/portal/unlock?user=sato", UriKind.Relative))).ShouldNotContain("name=\"__RequestVerificationToken\"");
        (await Status("sato")).ShouldBe("locked");
        (await http.GetStringAsync(new Uri("/portal/users", UriKind.Relative))).ShouldNotContain("/portal/unlock");
    }

    [Fact]
    public async Task Guesses_at_the_first_step_of_an_exchange_are_counted_until_the_lock()
    {
        var phone = _centre.Phone();
        await phone.Enroll("9003");
        await _bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        using var http = await Visit("yamada");

        for (var i = 0; i < 10; i++)
            await Post(http, "exchange", ("CurrentOtp", await phone.WrongPassword()));

        (await _bank.Get("contracts/S1000001/users/yamada"))["token.status"].ShouldBe("locked");
    }

    [Fact]
    public async Task A_user_in_person_lifts_no_lock_and_no_suspension()
    {
        var phone = _centre.Phone();
        await phone.Enroll("9003");
        await _bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        using var http = await Visit("yamada");
        await Post(http, "suspend");
        (await _bank.Get("contracts/S1000001/users/yamada"))["token.status"].ShouldBe("suspended");

        using var page = await http.GetAsync(new Uri("/portal/resume", UriKind.Relative));

        page.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/portal/manage");
    }

    [Fact]
    public async Task A_page_acts_for_whom_it_shows_and_not_for_whom_a_later_link_was_opened()
    {
        await Registered("yamada");
        await Registered("suzuki", "S2000002");
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada"));
        var form = Token().Match(await browser.GetStringAsync(At("suspend"))).Groups["token"].Value;
        await browser.GetAsync(await Link("suzuki", "S2000002"));

        using var refused = await Send(browser, "suspend", form);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("あとから別の画面が開かれました");
        (await Status("yamada"), await Status("suzuki", "S2000002")).ShouldBe(("inUse", "inUse"));
        await Post(browser, "suspend"); // the later page goes on
        (await Status("yamada"), await Status("suzuki", "S2000002")).ShouldBe(("inUse", "suspended"));
    }

    [Fact]
    public async Task A_form_outlives_its_session_no_more_than_the_page_does()
    {
        await Registered("yamada");
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada"));
        var page = await browser.GetStringAsync(At("suspend"));
        await browser.GetAsync(WayBack(await browser.GetStringAsync(At("manage"))));

        using var refused = await Send(browser, "suspend", Token().Match(page).Groups["token"].Value);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("接続が終了しました");
        (await Status("yamada")).ShouldBe("inUse");
    }

    [Fact]
    public async Task Whoever_goes_back_to_the_bank_leaves_no_open_session_behind()
    {
        using var browser = Browser(out var cookies);
        await browser.GetAsync(await Link("yamada"));
        var cookie = cookies.GetCookieHeader(new(_centre.Url, At("manage")));
        cookie.ShouldContain("kotp_portal=");
        var back = WayBack(await browser.GetStringAsync(At("manage")));

        using var left = await browser.GetAsync(back);

        left.Headers.Location!.OriginalString.ShouldBe("https://bank.example/");
        cookies.GetCookieHeader(new(_centre.Url, At("manage"))).ShouldNotContain("kotp_portal=");
        using var kept = new HttpRequestMessage(HttpMethod.Get, new Uri(_centre.Url, At("manage"))) { Headers = { { "Cookie", cookie } } };
        using var stranger = new HttpClient(new HttpClientHandler { UseCookies = false });
        (await stranger.SendAsync(kept)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.GetAsync(back)).Headers.Location!.OriginalString.ShouldBe("https://bank.example/"); // pressed once more
    }

    [Fact]
    public async Task Neither_an_earlier_page_nor_a_made_up_link_ends_the_visit_that_goes_on()
    {
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada"));
        var earlier = WayBack(await browser.GetStringAsync(At("manage")));
        await browser.GetAsync(await Link("suzuki", "S2000002"));

        (await browser.GetAsync(earlier)).Headers.Location!.OriginalString.ShouldBe("https://bank.example/");
        (await browser.GetAsync(At("leave?visit=01900000000070008000000000000000"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync(At("leave"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await browser.GetStringAsync(At("manage"))).ShouldContain("suzuki");
    }

    [Fact]
    public async Task Every_page_of_a_session_leads_back_to_the_bank_by_way_of_its_end()
    {
        await Registered("yamada");
        using var http = await Visit("yamada");
        var result = await Post(http, "suspend");
        using var missing = await http.GetAsync(At("result?receipt=none"));
        var pages = new[] { result, await http.GetStringAsync(At("manage")), await http.GetStringAsync(At("users")), await missing.Content.ReadAsStringAsync() };

        foreach (var page in pages)
        {
            page.ShouldNotContain("bank.example");
            WayBack(page).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task The_way_back_leads_to_a_host_with_a_japanese_name_too()
    {
        using var browser = Browser();
        await browser.GetAsync(await Link("yamada", returnUrl: "https://銀行.example/戻る"));

        using var left = await browser.GetAsync(WayBack(await browser.GetStringAsync(At("manage"))));

        left.Headers.Location!.OriginalString.ShouldBe("https://xn--jn2ax2s.example/%E6%88%BB%E3%82%8B");
    }

    [Fact]
    public async Task Who_has_a_device_that_expired_is_not_told_to_renew_it_in_an_app()
    {
        var token = new HardToken("HT000001", ExpiresAt: $"{_centre.Now.AddDays(40):yyyy-MM-dd'T'HH:mm:ss'Z'}");
        await _bank.Import(new StringContent(token.Csv), "text/csv");
        (await new Customer(_bank, "S1000001", "yamada").Register("HT000001", await token.Password(_centre.Now))).Message.EnsureSuccessStatusCode();
        _centre.Clock.Advance(TimeSpan.FromDays(41));
        using var http = await Visit("yamada");

        var page = await http.GetStringAsync(At("manage"));

        page.ShouldContain("期限切れ");
        page.ShouldContain("お取引に使えません。お取引店へお申し出ください。");
        page.ShouldNotContain("アプリ");
    }

    [Theory]
    [InlineData("sato", "S1000001", "individual", true)]
    [InlineData("yamada", "S1000001", "individual", false)]
    [InlineData("suzuki", "S2000002", "individual", false)]
    [InlineData("sato", "S1000001", "shared", false)]
    public async Task Only_who_has_an_administrator_to_lift_a_suspension_is_sent_to_one(string userId, string serviceId, string mode, bool sent)
    {
        const string administrator = "管理者の方";
        await Registered(userId, serviceId);
        await _bank.Put("contracts/" + serviceId, new { name = "湖畔商店", tokenMode = mode, branch = "001" });
        using var http = await Visit(userId, serviceId);

        var pages = new[] { await http.GetStringAsync(At("suspend")), await Post(http, "suspend"), await http.GetStringAsync(At("manage")), await http.GetStringAsync(At("confirm")) };

        foreach (var page in pages)
        {
            page.ShouldContain("お取引店へ");
            page.Contains(administrator, StringComparison.Ordinal).ShouldBe(sent, page);
        }
    }

    [Theory]
    [InlineData("general", "ロックの解除は、お取引店へ", "管理者の方")]
    [InlineData("administrator", "管理者の方に、ロックの解除を", "ロックの解除は、お取引店へ")]
    public async Task Who_locked_a_new_token_is_told_who_unlocks_it(string colleague, string says, string saysNot)
    {
        var kenshin = await _centre.Bank();
        var customer = await kenshin.Customer();
        await kenshin.Customer(userId: "sato", role: colleague);
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
        var kenshin = await _centre.Bank();
        await kenshin.CustomerWithToken();
        using var http = await Visit("yamada", bank: kenshin);

        var page = await http.GetStringAsync(At("manage"));

        page.ShouldContain("携帯電話をなくされたとき");
        page.ShouldContain("すぐに「事故設定」でトークンを止めるか");
    }

    private async Task<Phone> Registered(string userId, string serviceId = "S1000001")
    {
        var phone = await _bank.EnrolledPhone();
        (await new Customer(_bank, serviceId, userId).Register(phone.Serial, await phone.Password())).Message.EnsureSuccessStatusCode();
        _centre.Clock.Advance(TimeSpan.FromSeconds(30));
        return phone;
    }

    private async Task<string?> Status(string userId, string serviceId = "S1000001") =>
        (await _bank.Get($"contracts/{serviceId}/users/{userId}"))["token.status"];

    private async Task<HttpClient> Visit(string userId, string serviceId = "S1000001", Bank? bank = null)
    {
        var http = new HttpClient { BaseAddress = _centre.Url };
        (await http.GetAsync(await Link(userId, serviceId, bank: bank))).EnsureSuccessStatusCode();
        return http;
    }

    private async Task<Uri> Link(string userId, string serviceId = "S1000001", string returnUrl = "https://bank.example/", Bank? bank = null) =>
        new((await (bank ?? _bank).Post("portal-sessions", new { serviceId, userId, page = "manage", returnUrl }))["url"]!);

    private HttpClient Browser() => Browser(out _);

    /// <summary>A browser that keeps its cookies and shows where it is sent, without going there.</summary>
    private HttpClient Browser(out CookieContainer cookies)
    {
        cookies = new CookieContainer();
        return new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = _centre.Url };
    }

    private static Uri At(string page) => new("/portal/" + page, UriKind.Relative);

    /// <summary>The link back to the bank of a page.</summary>
    private static Uri WayBack(string page)
    {
        var link = Leave().Match(page);
        link.Success.ShouldBeTrue(page);
        return new(link.Groups["href"].Value, UriKind.Relative);
    }

    /// <summary>Opens a page, fills its form and sends it.</summary>
    private static async Task<string> Post(HttpClient http, string page, params (string Name, string Value)[] typed)
    {
        using var answer = await Send(http, page, Token().Match(await http.GetStringAsync(At(page))).Groups["token"].Value, typed);
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> Send(HttpClient http, string page, string token, params (string Name, string Value)[] typed)
    {
        var fields = typed.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(KeyValuePair.Create("__RequestVerificationToken", token));
        return http.PostAsync(At(page), new FormUrlEncodedContent(fields));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("href=\"(?<href>/portal/leave\\?visit=[0-9a-f]{32})\"", RegexOptions.None, 1000)]
    private static partial Regex Leave();

    [GeneratedRegex("name=\"Carried\" value=\"(?<value>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Carried();
}
