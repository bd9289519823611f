using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>One password does one thing once, whatever a browser makes of the form that it was typed in.</summary>
[Collection(BrowserCollection.Name)]
public sealed class DemoOneDeedTests(Chromium chromium) : DemoTest(chromium)
{
    [Fact]
    public async Task Who_chose_so_is_asked_for_a_password_at_log_in_and_told_that_one_was_used()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);
        await using var drawer = await Chromium.OpenPhone(Demo.BankUrl);

        await desk.Try("demo-login", async page =>
        {
            await DemoProgram.LogIn(page, "personal", "ito");
            var spent = await Register(page, drawer, "#own-register", "HWDM00000003", otpAtLogin: "yes");
            await page.ClickAsync("#logout");

            await DemoProgram.LogIn(page, "personal", "ito");
            await page.FillAsync("#otp", spent);
            await page.ClickAsync("#login-otp-submit");
            await Assertions.Expect(page.Locator("#refusal h2")).ToHaveTextAsync("このパスワードは一度使われています");
            (await page.Locator("#menu-home").CountAsync()).ShouldBe(0);

            var (attempt, otp) = (await Attempt(page), await Password(drawer, "HWDM00000003"));
            await page.FillAsync("#otp", otp);
            await page.ClickAsync("#login-otp-submit");
            await Assertions.Expect(page.Locator("#who")).ToContainTextAsync("伊藤 健");

            await page.ClickAsync("#logout");
            await DemoProgram.LogIn(page, "personal", "ito");
            await Repeat(page, attempt, otp);
            await page.ClickAsync("#login-otp-submit");
            await Assertions.Expect(page.Locator("#refusal h2")).ToHaveTextAsync("このパスワードは一度使われています");
            (await page.Locator("#menu-home").CountAsync()).ShouldBe(0);
        });
        desk.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_password_changes_the_limit_once_and_to_the_amount_that_it_was_typed_for()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);
        await using var drawer = await Chromium.OpenPhone(Demo.BankUrl);

        await desk.Try("demo-limit", async page =>
        {
            await DemoProgram.LogIn(page, "personal", "sato");
            await Register(page, drawer, "#own-register", "HWDM00000001", otpAtLogin: "no");
            await page.ClickAsync("#menu-limit");
            var (attempt, otp) = (await Attempt(page), await Password(drawer, "HWDM00000001"));
            await ChangeLimit("300000");
            await page.Locator("#accepted-at").WaitForAsync();

            await page.ClickAsync("#menu-limit");
            await Repeat(page, attempt, otp);
            await ChangeLimit("300000"); // an impatient finger's second click
            await page.Locator("#accepted-at").WaitForAsync();

            await page.ClickAsync("#menu-limit");
            await Repeat(page, attempt, otp);
            await ChangeLimit("9000000");
            await Assertions.Expect(page.Locator("#refusal h2")).ToHaveTextAsync("このパスワードは一度使われています");
            await Assertions.Expect(page.Locator("#current-limit")).ToHaveTextAsync("300,000円");

            async Task ChangeLimit(string amount)
            {
                await page.FillAsync("#amount", amount);
                await page.FillAsync("#otp", otp);
                await page.ClickAsync("#do-limit");
            }
        });
        desk.ShouldHaveNoErrors();
    }

    private static Task<string> Attempt(IPage page) => page.InputValueAsync("[name=attempt]");

    /// <summary>Fills in what an earlier form carried: what a page holds, its browser may change.</summary>
    private static async Task Repeat(IPage page, string attempt, string otp)
    {
        await page.Locator("[name=attempt]").EvaluateAsync("(field, value) => field.value = value", attempt);
        await page.FillAsync("#otp", otp);
    }
}
