using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The hosted pages of a しんきん, as administrators use them, for themselves and for colleagues.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PortalAdministratorTests(Chromium chromium) : PortalTest(chromium)
{
    [Fact]
    public async Task An_administrator_registers_suspends_lifts_and_unlocks_for_another_user()
    {
        var bank = await Centre.Bank("9003", "shinkin-business");
        var (_, own) = await InUse(bank, "9003");
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
            await page.FillAsync("#Otp", await own.Password());
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/result**");

            Centre.Clock.Advance(2 * Step); // each password counts once
            for (var i = 0; i < 10; i++)
                await general.Verify(await phone.WrongPassword());
            await page.GotoAsync("/portal/users");
            await Assertions.Expect(row).ToContainTextAsync("ロック中");
            await row.Locator("a[href*='/unlock']").ClickAsync();
            await page.FillAsync("#Otp", await own.Password());
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
        var bank = await Centre.Bank("9003", "shinkin-business");
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
        var bank = await Centre.Bank("9003", "shinkin-business");
        var (administrator, first) = await InUse(bank, "9003");
        var (general, second) = await InUse(bank, "9003", "sato", "general");
        await using var visit = await Open(bank, administrator.UserId, "mode");

        await visit.Try("portal-mode", async page =>
        {
            await page.CheckAsync("#Mode-Shared");
            await page.ClickAsync("button.button-main");
            await page.ClickAsync("button.button-main"); // without a choice of the token
            await page.Locator("#SharedSerial-error").WaitForAsync();
            await page.Locator("#Otp-error").WaitForAsync(); // both at once
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
        var bank = await Centre.Bank("9003", "shinkin-business");
        var (customer, _) = await InUse(bank, "9003");
        await bank.Customer(userId: "sato", role: "general");
        await using var visit = await Open(bank, customer.UserId, "manage");

        await visit.Page.GotoAsync($"/portal/{path}");

        await Assertions.Expect(visit.Page.Locator("#last-administrator")).ToContainTextAsync("代わりに行える方がいなくなり");
    }
}
