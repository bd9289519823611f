using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>What a newcomer does after <c>dotnet run --project samples/DemoBank</c>: the program itself, a desk and a phone.</summary>
[Collection(BrowserCollection.Name)]
public sealed class DemoStoryTests(Chromium chromium) : IAsyncLifetime
{
    private const string Pin = "2580";

    private readonly DemoProgram _demo = new();
    private string _spent = "";

    private Uri BankUrl => _demo.BankUrl;

    public Task InitializeAsync() => _demo.Start();

    public async Task DisposeAsync() => await _demo.DisposeAsync();

    [Fact]
    public async Task The_whole_story_from_issuance_to_revocation_is_played_in_a_browser()
    {
        await using var desk = await chromium.OpenDesk(BankUrl);
        await using var phone = await chromium.OpenPhone(BankUrl);

        await desk.Try("demo-story", async page =>
        {
            await LogIn(page);
            await page.Locator("#next-step[data-step=issue]").WaitForAsync();
            await page.ClickAsync("#to-issue");
            await Issue(desk, page);
            await Activate(phone);
            await Confirm(desk, page, phone.Page);
            await Transfer(desk, page, phone.Page);
            await Revoke(desk, page, phone.Page);
        });

        desk.ShouldHaveNoErrors(error => error.Contains("the server responded with a status of 4", StringComparison.Ordinal));
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Whoever_logs_out_of_the_bank_has_left_the_centres_page_too()
    {
        await using var desk = await chromium.OpenDesk(BankUrl);
        await desk.Try("bank-log-out", async page =>
        {
            await LogIn(page);
            await page.ClickAsync("#to-issue");
            await page.WaitForURLAsync("**/portal/issue**");
            var hosted = page.Url;
            await page.GotoAsync(BankUrl + "kenshin/");
            await page.ClickAsync("#logout");

            await page.GotoAsync(hosted);

            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("接続が終了しました");
            await desk.Screenshot("portal-after-log-out");
        });
    }

    [Fact]
    public async Task The_demo_keeps_its_data_between_runs_and_begins_anew_when_asked_to()
    {
        await using (var desk = await chromium.OpenDesk(BankUrl))
        {
            await LogIn(desk.Page);
            await desk.Page.ClickAsync("#to-issue");
            await FillIssuance(desk.Page);
            await desk.Page.WaitForURLAsync("**/portal/issued**");
        }

        await _demo.Restart();
        (await NextStep()).ShouldBe("activate");
        const string old = "the newest seal of the old trail, which the new one does not hold";
        var head = Path.Combine(_demo.Data, "keys", "audit-head");
        await File.WriteAllTextAsync(head, old);
        await _demo.Restart("--reset");
        (await NextStep()).ShouldBe("issue");
        (File.Exists(head) ? await File.ReadAllTextAsync(head) : "").ShouldNotBe(old);
    }

    [Fact]
    public async Task The_start_page_leads_to_the_staff_s_screens_and_tells_how_to_log_in()
    {
        await using var desk = await chromium.OpenDesk(BankUrl);

        await desk.Try("demo-staff", async page =>
        {
            await page.GotoAsync("/");
            await desk.Screenshot("demo-banks");
            var password = await page.TextContentAsync("#staff-password-kenshin");
            await page.GotoAsync((await page.GetAttributeAsync("#open-staff-kenshin", "href"))!);
            await page.FillAsync("#Institution", "9001");
            await page.FillAsync("#Login", "teller");
            await page.FillAsync("#Password", password!);
            await page.Keyboard.PressAsync("Enter");
            await page.WaitForURLAsync("**/staff/password"); // its owner's from now on
        });

        desk.ShouldHaveNoErrors();
    }

    private static async Task FillIssuance(IPage page)
    {
        await page.FillAsync("#MobileEmail", "hanako..y.@docomo.ne.jp");
        await page.FillAsync("#ActivationPin", Pin);
        await page.ClickAsync("button.button-main");
    }

    private static async Task Issue(Visit desk, IPage page)
    {
        await page.Locator("#MobileEmail").WaitForAsync();
        await page.FillAsync("#MobileEmail", "hanako");
        await page.FillAsync("#ActivationPin", "12");
        await page.ClickAsync("button.button-main");
        await page.Locator("#errors").WaitForAsync();
        (await page.InputValueAsync("#MobileEmail")).ShouldBe("hanako");
        (await page.InputValueAsync("#ActivationPin")).ShouldBeEmpty();
        await desk.Screenshot("portal-issue-errors");

        await FillIssuance(page);
        await page.WaitForURLAsync("**/portal/issued**");
        (await page.TextContentAsync("#key-service"))!.Trim().ShouldBe("S1000001");
        (await page.TextContentAsync("#key-user"))!.Trim().ShouldBe("yamada");
        await Assertions.Expect(page.Locator("#mail-state")).ToContainTextAsync("送信済み", new() { Timeout = 30_000 });
        await desk.Screenshot("portal-issued");
    }

    private static async Task Activate(Visit phone)
    {
        await phone.Try("demo-phone", async page =>
        {
            await page.GotoAsync("/mailbox");
            var link = await page.Locator("#mails article.mail a[id^=link-]").First.GetAttributeAsync("href");
            await page.GotoAsync(link!);
            await page.Locator("#serviceId").WaitForAsync();
            await page.FillAsync("#serviceId", "S1000001");
            await page.FillAsync("#userId", "yamada");
            await page.FillAsync("#activationPin", Pin);
            await page.ClickAsync("#submitActivation");
            await Digits(page);
            await phone.Screenshot("app-password");
        });
    }

    private async Task Confirm(Visit desk, IPage page, IPage phone)
    {
        await page.ClickAsync("a.button-main"); // 認証確認へ
        await page.Locator("#Otp").WaitForAsync();
        _spent = await Digits(phone);
        await page.FillAsync("#Otp", _spent);
        await page.ClickAsync("button.button-main");
        await page.WaitForURLAsync("**/portal/result**");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("ご利用を開始しました");
        await desk.Screenshot("portal-confirmed");
        await page.ClickAsync("a.button-main"); // インターネットバンキングに戻る
        await page.Locator("#next-step[data-step=none]").WaitForAsync();
    }

    private async Task Transfer(Visit desk, IPage page, IPage phone)
    {
        await page.ClickAsync("#to-transfer");
        await page.CheckAsync("#payee-aozora");
        await page.FillAsync("#amount", "１０,000");
        await page.ClickAsync("#to-confirmation");

        _spent = await NextDigits(phone, _spent);
        await page.FillAsync("#otp", _spent);
        await page.ClickAsync("#do-transfer");
        await page.Locator("#transfer-number").WaitForAsync();
        await desk.Screenshot("bank-transferred");
    }

    private async Task Revoke(Visit desk, IPage page, IPage phone)
    {
        await page.ClickAsync("#menu-manage");
        await page.ClickAsync("#to-token-management");
        await page.Locator(".token").WaitForAsync();
        await desk.Screenshot("portal-manage");
        await page.ClickAsync("a.way-danger");
        await page.FillAsync("#Otp", await NextDigits(phone, _spent));
        await page.ClickAsync("button.button-danger");
        await page.WaitForURLAsync("**/portal/result**");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("失効させました");
        await desk.Screenshot("portal-revoked");
    }

    private static async Task<string> Digits(IPage page)
    {
        var otp = page.Locator("#otp:not([data-otp=''])");
        await otp.WaitForAsync();
        return await otp.GetAttributeAsync("data-otp") ?? "";
    }

    /// <summary>The password after a used one, when its time has come.</summary>
    private static async Task<string> NextDigits(IPage phone, string used)
    {
        await phone.Locator($"#otp:not([data-otp='']):not([data-otp='{used}'])").WaitForAsync(new() { Timeout = 75_000 });
        return await Digits(phone);
    }

    private static Task LogIn(IPage page) => DemoProgram.LogIn(page, "kenshin", "yamada");

    private async Task<string?> NextStep()
    {
        await using var desk = await chromium.OpenDesk(BankUrl);
        await LogIn(desk.Page);
        return await desk.Page.Locator("#next-step").GetAttributeAsync("data-step");
    }
}
