using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The hosted pages of a しんきん, as its customers use them.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PortalStoryTests(Chromium chromium) : PortalTest(chromium)
{
    [Fact]
    public async Task A_token_is_registered_by_serial_and_password_with_a_choice_about_log_in()
    {
        var bank = await Centre.Bank("9002", "shinkin-personal");
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
            (await page.GoBackAsync())!.Request.Method.ShouldBe("GET"); // and not whether to send the form with the faults again
        });

        var user = await customer.Look();
        user["token.status"].ShouldBe("inUse");
        user["otpAtLogin"].ShouldBe("True");
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task An_exchange_tells_which_password_was_wrong_and_spares_the_right_one()
    {
        var bank = await Centre.Bank("9002", "shinkin-personal");
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
        var bank = await Centre.Bank("9002", "shinkin-personal");
        var (customer, old) = await InUse(bank, "9002");
        var fresh = await Phone("9002");
        await using var visit = await Open(bank, customer.UserId, "exchange");

        await visit.Try("portal-exchange-slow", async page =>
        {
            await page.FillAsync("#CurrentOtp", await old.Password());
            await page.ClickAsync("button.button-main");
            await page.Locator("#Serial").WaitForAsync();
            Centre.Clock.Advance(4 * Step);
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
        var bank = await Centre.Bank("9002", "shinkin-personal");
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
    public async Task A_page_that_waits_for_its_mail_does_not_take_up_the_mail_of_whom_another_tab_shows()
    {
        var bank = await Centre.Bank();
        var other = await bank.Customer(userId: "sato");
        await other.Issue();
        await Centre.DeliveredMails();
        var customer = await bank.Customer();
        await customer.Issue();
        await using var visit = await Open(bank, customer.UserId, "issue");

        await visit.Try("portal-two-tabs", async page =>
        {
            var mail = page.Locator("#mail-state");
            await Assertions.Expect(mail).ToContainTextAsync("送信待ち");
            var link = await bank.Post(
                "portal-sessions", new { serviceId = other.ServiceId, userId = other.UserId, page = "issue", returnUrl = "https://bank.example/" });
            var second = await visit.Context.NewPageAsync();
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            page.Response += async (_, response) =>
            {
                if (response.Url.EndsWith("/portal/issued", StringComparison.Ordinal) && (await response.TextAsync()).Contains("送信済み", StringComparison.Ordinal))
                    told.TrySetResult();
            };
            await second.GotoAsync(link["url"]!);
            await Assertions.Expect(second.Locator("#mail-state")).ToContainTextAsync("送信済み");

            await told.Task.WaitAsync(TimeSpan.FromSeconds(30)); // the first tab has heard of the second customer's mail
            await page.WaitForTimeoutAsync(500);
            await Assertions.Expect(mail).ToContainTextAsync("送信待ち");
        });
    }

    [Fact]
    public async Task A_clock_that_is_off_is_set_right_by_two_passwords_in_a_row()
    {
        var bank = await Centre.Bank("9002", "shinkin-personal");
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

        Centre.Clock.Advance(2 * Step);
        (await customer.Verify(await phone.Password(8)))["result"].ShouldBe("accepted");
    }
}
