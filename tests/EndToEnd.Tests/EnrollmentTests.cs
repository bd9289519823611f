using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>しんきん: both apps make their own token, whose serial number is registered at the bank.</summary>
public sealed class EnrollmentTests(Chromium chromium) : BrowserTest(chromium)
{
    private static readonly string[] Apps = ["app", "k"];

    private Bank Shinkin { get; set; } = null!;

    public static TheoryData<string> BothApps => new(Apps);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Shinkin = await Centre.Bank("9002", "shinkin-personal");
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task The_first_start_without_a_mail_leads_to_a_token_that_can_be_registered_and_works_offline(string app)
    {
        var customer = await Shinkin.Customer();
        await using var phone = await Open(app);
        await phone.Try("first start " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/");
            await page.Locator(app == "k" ? "[accesskey='2']" : "#wayEnroll").ClickAsync();
            await Make(page, app);
            var shown = await Digits(page);
            var serial = await Serial(page);
            serial.ShouldStartWith("SKTS");
            (await OathTool(serial, TimeProvider.System.GetUtcNow())).ShouldContain(shown);
            (await page.TextContentAsync("#expiresAt")).ShouldBe("なし");
            (await page.Locator("dt").CountAsync()).ShouldBe(2, "nobody owns the token yet, so there is no row for an ID");

            KeepTime();
            var registered = await Shinkin.Post(
                $"contracts/{customer.ServiceId}/users/{customer.UserId}/token/register", new { serial, otp = await Digits(page) });
            registered.Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromSeconds(60));
            await page.ReloadAsync();
            (await customer.Verify(await Digits(page)))["result"].ShouldBe("accepted");

            await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
            await phone.Context.SetOfflineAsync(true);
            await page.ReloadAsync();
            (await OathTool(serial, Centre.Now)).ShouldContain(await Digits(page));
        });
        phone.ShouldHaveNoErrors(error => error.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task A_double_tap_and_a_reload_make_one_token_only(string app)
    {
        await using var phone = await Open(app);
        await phone.Try("double tap " + app, async page =>
        {
            var calls = 0;
            page.Request += (_, request) => calls += request.Method == "POST" ? 1 : 0;
            await page.GotoAsync($"{Centre.Url}{app}/#i=9002");
            await page.Locator(Button(app)).WaitForAsync();
            await page.EvaluateAsync("id => { const button = document.querySelector(id); button.click(); button.click(); }", Button(app));
            await Digits(page);
            var serial = await Serial(page);

            await page.ReloadAsync();
            await Digits(page);

            (await Serial(page)).ShouldBe(serial);
            calls.ShouldBe(1);
        });
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task One_phone_holds_several_tokens_of_one_institution_and_says_so_before(string app)
    {
        await using var phone = await Open(app);
        await phone.Try("second token " + app, async page =>
        {
            for (var tokens = 0; tokens < 2; tokens++)
            {
                await page.GotoAsync("about:blank");
                await page.GotoAsync($"{Centre.Url}{app}/#i=9002");
                await page.Locator(Button(app)).WaitForAsync();
                (await page.Locator(app == "k" ? ".warn:visible" : "#alreadyHere").CountAsync()).ShouldBe(tokens);
                await Make(page, app);
                await Digits(page);
            }

            (await page.Locator("#tokens li").CountAsync()).ShouldBe(2);
        });
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task A_lost_answer_is_told_and_can_be_repeated(string app)
    {
        await using var phone = await Open(app);
        await phone.Try("lost answer " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/#i=9002");
            await page.Locator(Button(app)).WaitForAsync();
            await phone.Context.SetOfflineAsync(true);
            await Make(page, app);
            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync("電波の");

            await phone.Context.SetOfflineAsync(false);
            await Make(page, app);
            await Digits(page);
        });
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task An_institution_that_makes_no_tokens_here_is_told_kindly(string app)
    {
        await using var phone = await Open(app);
        await phone.Try("unknown institution " + app, async page =>
        {
            foreach (var code in new[] { "9999", "9001" })
            {
                await page.GotoAsync("about:blank");
                await page.GotoAsync($"{Centre.Url}{app}/#i={code}");
                await page.Locator(app == "k" ? ".warn" : "#unknownInstitution").WaitForAsync();
                (await page.Locator(Button(app)).CountAsync()).ShouldBe(0);
            }
        });
        phone.ShouldHaveNoErrors();
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task The_hint_to_register_stays_until_its_user_says_that_it_is_done(string app)
    {
        await using var phone = await Open(app);
        await phone.Try("hint " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/#i=9002");
            await Make(page, app);
            await Digits(page);
            await page.ReloadAsync();
            await page.ClickAsync("#registered");
            await page.Locator("#registered").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await page.ReloadAsync();
            await Digits(page);
            (await page.Locator("#registered").CountAsync()).ShouldBe(0);
        });
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task Among_many_institutions_one_is_found_by_its_name(string app)
    {
        for (var code = 9003; code < 9012; code++)
            await Centre.Bank($"{code}", "shinkin-personal");
        await using var phone = await Open(app);
        await phone.Try("many institutions " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/");
            await page.Locator(app == "k" ? "[accesskey='2']" : "#wayEnroll").ClickAsync();
            await page.FillAsync(app == "k" ? "#choose" : "#filter", "第９００７");
            var found = page.Locator(app == "k" ? "#banks a" : "#institutions li:visible button");
            await Assertions.Expect(found).ToHaveCountAsync(1);
            await found.ClickAsync();
            await Make(page, app);
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("第9007");
        });
    }

    [Fact]
    public async Task A_keypad_page_says_that_an_institution_wants_a_smartphone()
    {
        await Centre.Bank("9003", "shinkin-personal", ("requireSealedDelivery", "true"));
        await using var phone = await Open("k");
        await phone.Try("sealed", async page =>
        {
            await page.GotoAsync($"{Centre.Url}k/#i=9003");
            await Make(page, "k");
            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync("スマートフォン");
        });
    }

    private Task<Visit> Open(string app) => app == "k" ? Chromium.OpenFeaturePhone() : Chromium.OpenPhone();

    private static string Button(string app) => app == "k" ? "#make" : "#makeToken";

    private static Task Make(IPage page, string app) => page.ClickAsync(Button(app));

    private static async Task<string> Serial(IPage page) => (await page.TextContentAsync("#serial"))!.Trim();
}
