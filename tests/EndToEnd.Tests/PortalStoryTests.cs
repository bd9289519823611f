using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The hosted pages of a しんきん, as its customers and their administrators use them: serial numbers, real passwords, a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PortalStoryTests(Chromium chromium) : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    private Centre _centre = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task A_token_is_registered_by_serial_and_password_with_a_choice_about_log_in()
    {
        var bank = await _centre.Bank("9002", "shinkin-personal");
        var customer = await bank.Customer();
        var phone = await Phone("9002");
        await using var visit = await Open(bank, customer.UserId, "register");

        await visit.Try("portal-register", async page =>
        {
            await page.ClickAsync("button.button-main");
            (await page.Locator("#errors li").CountAsync()).ShouldBe(3);
            await page.FillAsync("#Serial", phone.Serial.ToLowerInvariant());
            await page.FillAsync("#Otp", await phone.WrongPassword());
            await page.CheckAsync("#OtpAtLogin");
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator("#Otp-error")).ToContainTextAsync("一致しません");
            (await page.InputValueAsync("#Serial")).ShouldBe(phone.Serial.ToLowerInvariant());
            (await page.InputValueAsync("#Otp")).ShouldBeEmpty();
            (await page.IsCheckedAsync("#OtpAtLogin")).ShouldBeTrue();

            await page.FillAsync("#Otp", await phone.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("ご利用を開始しました");
            await Assertions.Expect(page.Locator(".table .new")).ToContainTextAsync(phone.Serial);
            await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("認証する");
        });

        var user = await customer.Look();
        user["token.status"].ShouldBe("inUse");
        user["otpAtLogin"].ShouldBe("True");
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task An_exchange_tells_which_password_was_wrong_and_spares_the_right_one()
    {
        var bank = await _centre.Bank("9002", "shinkin-personal");
        var (customer, old) = await InUse(bank, "9002");
        var fresh = await Phone("9002");
        await using var visit = await Open(bank, customer.UserId, "exchange");

        await visit.Try("portal-exchange", async page =>
        {
            await page.FillAsync("#CurrentOtp", await old.WrongPassword());
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator("#CurrentOtp-error")).ToContainTextAsync("あと9回");
            var current = await old.Password();
            await page.FillAsync("#CurrentOtp", current);
            await page.ClickAsync("button.button-main");
            (await page.ContentAsync()).ShouldNotContain(current);

            await page.FillAsync("#Serial", fresh.Serial);
            await page.FillAsync("#NewOtp", await fresh.WrongPassword());
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator("#NewOtp-error")).ToContainTextAsync("新しいトークンの");
            (await page.Locator("#CurrentOtp").CountAsync()).ShouldBe(0);
            (await page.InputValueAsync("#Serial")).ShouldBe(fresh.Serial);

            await page.FillAsync("#NewOtp", await fresh.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
            await Assertions.Expect(page.Locator(".table tbody")).ToContainTextAsync(old.Serial);
            await Assertions.Expect(page.Locator(".table .new")).ToContainTextAsync(fresh.Serial);
        });

        (await customer.Look())["token.serial"].ShouldBe(fresh.Serial);
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Who_takes_long_over_an_exchange_is_asked_again_without_losing_the_serial_number_or_a_try()
    {
        var bank = await _centre.Bank("9002", "shinkin-personal");
        var (customer, old) = await InUse(bank, "9002");
        var fresh = await Phone("9002");
        await using var visit = await Open(bank, customer.UserId, "exchange");

        await visit.Try("portal-exchange-slow", async page =>
        {
            await page.FillAsync("#CurrentOtp", await old.Password());
            await page.ClickAsync("button.button-main");
            await page.Locator("#Serial").WaitForAsync();
            _centre.Clock.Advance(4 * Step);
            await page.FillAsync("#Serial", fresh.Serial);
            await page.FillAsync("#NewOtp", await fresh.Password());
            await page.ClickAsync("button.button-main");

            await Assertions.Expect(page.Locator("#CurrentOtp-error")).ToContainTextAsync("時間がたち");
            (await page.InputValueAsync("#Serial")).ShouldBe(fresh.Serial);
            await page.FillAsync("#CurrentOtp", await old.WrongPassword());
            await page.FillAsync("#NewOtp", await fresh.Password());
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator("#CurrentOtp-error")).ToContainTextAsync("あと9回"); // the lapsed one was not counted

            await page.FillAsync("#CurrentOtp", await old.Password());
            await page.FillAsync("#NewOtp", await fresh.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
        });

        (await customer.Look())["token.serial"].ShouldBe(fresh.Serial);
    }

    [Fact]
    public async Task A_token_is_given_up_after_a_word_on_what_that_means()
    {
        var bank = await _centre.Bank("9002", "shinkin-personal");
        var (customer, phone) = await InUse(bank, "9002");
        await using var visit = await Open(bank, customer.UserId, "discontinue");

        await visit.Try("portal-discontinue", async page =>
        {
            await Assertions.Expect(page.Locator(".note-warn").First).ToContainTextAsync("30日を過ぎると");
            (await page.Locator("#last-administrator").CountAsync()).ShouldBe(0);
            await page.FillAsync("#Otp", await phone.Password());
            await page.ClickAsync("button.button-danger");
            await page.WaitForURLAsync("**/portal/result**");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("中止しました");
            await page.ClickAsync("a.button-main"); // 利用開始
            await page.Locator("#Serial").WaitForAsync();
        });

        (await customer.Look())["nextStep"].ShouldBe("register");
    }

    [Fact]
    public async Task An_administrator_registers_suspends_lifts_and_unlocks_for_another_user()
    {
        var bank = await _centre.Bank("9003", "shinkin-business");
        await InUse(bank, "9003");
        var general = await bank.Customer(userId: "sato", role: "general");
        var phone = await Phone("9003");
        await using var visit = await Open(bank, "yamada", "users");

        await visit.Try("portal-administrator", async page =>
        {
            var row = page.Locator("tr[data-user=sato]");
            await row.Locator("a[href*='/register']").ClickAsync();
            await Assertions.Expect(page.Locator(".acting")).ToContainTextAsync("ユーザID sato");
            await page.FillAsync("#Serial", phone.Serial);
            await page.FillAsync("#Otp", await phone.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**user=sato");
            await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("sato");
            await page.ClickAsync("a.button-main"); // 利用者一覧に戻る

            await row.Locator("a[href*='/suspend']").ClickAsync();
            await page.FillAsync("#Reason", "電車に置き忘れた");
            await page.ClickAsync("button.button-danger");
            await page.WaitForURLAsync("**/portal/result**");
            await page.GotoAsync("/portal/users");
            (await row.Locator("a[href*='/suspend']").CountAsync()).ShouldBe(0);
            await row.Locator("a[href*='/resume']").ClickAsync();
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");

            for (var i = 0; i < 10; i++)
                await general.Verify(await phone.WrongPassword());
            await page.GotoAsync("/portal/users");
            await Assertions.Expect(row).ToContainTextAsync("ロック中");
            await row.Locator("a[href*='/unlock']").ClickAsync();
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("ロックを解除しました");
        });

        (await general.Look())["token.status"].ShouldBe("inUse");
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_general_user_is_told_that_the_administrators_pages_are_for_administrators()
    {
        var bank = await _centre.Bank("9003", "shinkin-business");
        await bank.Customer();
        await bank.Customer(userId: "sato", role: "general");

        foreach (var name in new[] { "users", "mode" })
        {
            await using var visit = await Open(bank, "sato", name);
            await Assertions.Expect(visit.Page.Locator("h1")).ToContainTextAsync("管理者専用");
            (await visit.Page.ContentAsync()).ShouldNotContain("yamada");
            var manage = await visit.Page.GotoAsync("/portal/manage");
            manage!.Status.ShouldBe(200);
            (await visit.Page.Locator("a[href='/portal/users']").CountAsync()).ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_token_mode_goes_from_individual_to_shared_and_back()
    {
        var bank = await _centre.Bank("9003", "shinkin-business");
        var (administrator, first) = await InUse(bank, "9003");
        var (general, second) = await InUse(bank, "9003", "sato", "general");
        await using var visit = await Open(bank, administrator.UserId, "mode");

        await visit.Try("portal-mode", async page =>
        {
            await page.CheckAsync("#Mode-Shared");
            await page.ClickAsync("button.button-main");
            await page.ClickAsync("button.button-main"); // without a choice of the token
            await page.Locator("#SharedSerial-error").WaitForAsync();
            await page.CheckAsync($"input[value='{second.Serial}']");
            await page.FillAsync("#Otp", await first.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
            await Assertions.Expect(page.Locator(".table .new")).ToContainTextAsync("共有");
            (await administrator.Look())["token.serial"].ShouldBe(second.Serial);
            await page.GotoAsync("/portal/manage");
            await Assertions.Expect(page.Locator(".names")).ToContainTextAsync("sato");

            await page.GotoAsync("/portal/mode");
            await page.CheckAsync("#Mode"); // 個別
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator(".facts")).ToContainTextAsync("別のトークンが必要な方");
            await page.FillAsync("#Otp", await second.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
        });

        (await general.Look())["token.serial"].ShouldBe(second.Serial); // its holder keeps it
        (await administrator.Look())["nextStep"].ShouldBe("register");
        first.Serial.ShouldNotBe(second.Serial);
        visit.ShouldHaveNoErrors();
    }

    [Theory]
    [InlineData("discontinue")]
    [InlineData("suspend")]
    [InlineData("revoke")]
    public async Task The_last_administrator_with_a_token_is_warned(string path)
    {
        var bank = await _centre.Bank("9003", "shinkin-business");
        var (customer, _) = await InUse(bank, "9003");
        await bank.Customer(userId: "sato", role: "general");
        await using var visit = await Open(bank, customer.UserId, "manage");

        await visit.Page.GotoAsync($"/portal/{path}");

        await Assertions.Expect(visit.Page.Locator("#last-administrator")).ToContainTextAsync("代わりに行える方がいなくなり");
    }

    [Fact]
    public async Task A_clock_that_is_off_is_set_right_by_two_passwords_in_a_row()
    {
        var bank = await _centre.Bank("9002", "shinkin-personal");
        var (customer, phone) = await InUse(bank, "9002");
        await using var visit = await Open(bank, customer.UserId, "manage");

        await visit.Try("portal-resync", async page =>
        {
            await page.ClickAsync("a[href='/portal/resync']");
            await page.FillAsync("#Otp1", await phone.Password(8));
            await page.FillAsync("#Otp2", await phone.Password(8));
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator("#Otp2-error")).ToContainTextAsync("1つ目と同じ");
            await page.FillAsync("#Otp1", await phone.Password(8));
            await page.FillAsync("#Otp2", await phone.Password(9));
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");
        });

        _centre.Clock.Advance(2 * Step);
        (await customer.Verify(await phone.Password(8)))["result"].ShouldBe("accepted");
    }

    private async Task<Phone> Phone(string institution)
    {
        var phone = _centre.Phone();
        (await phone.Enroll(institution)).Code.ShouldBe(201);
        return phone;
    }

    /// <summary>A user whose registered token is in use, at a step whose password is not used up.</summary>
    private async Task<(Customer Customer, Phone Phone)> InUse(Bank bank, string institution, string userId = "yamada", string role = "administrator")
    {
        var customer = await bank.Customer(userId: userId, role: role);
        var phone = await Phone(institution);
        var registered = await bank.Post(
            $"contracts/{customer.ServiceId}/users/{userId}/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        registered.Code.ShouldBe(200);
        _centre.Clock.Advance(2 * Step);
        return (customer, phone);
    }

    private async Task<Visit> Open(Bank bank, string userId, string page)
    {
        var link = await bank.Post("portal-sessions", new { serviceId = "S1000001", userId, page, returnUrl = "https://bank.example/" });
        var visit = await chromium.OpenDesk(_centre.Url);
        await visit.Page.GotoAsync(link["url"]!);
        return visit;
    }
}
