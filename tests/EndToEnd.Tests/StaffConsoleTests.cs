using System.Diagnostics;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The staff console in a browser, by keyboard alone.</summary>
public sealed class StaffConsoleTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_teller_enrols_a_token_finds_a_customer_while_typing_and_logs_in_again()
    {
        await Bank.CustomerWithToken();
        await Bank.Customer("S1000002", "suzuki");
        var added = await Centre.Services.GetRequiredService<StaffAccounts>().Add(
            new("9001", "sato", "佐藤 一郎", "001", StaffRole.Teller, Password: null), CancellationToken.None);
        await using var desk = await Chromium.OpenDesk(Centre.Url);

        await desk.Try("staff-console", async page =>
        {
            await page.GotoAsync("/staff");
            await page.Locator("#Institution:focus").WaitForAsync();
            await Type(page, "９００１", "sato", added.Value!.Password);
            await page.WaitForURLAsync("**/staff/password");
            await Type(page, added.Value.Password, Clerk.Password, Clerk.Password);
            await page.WaitForURLAsync("**/staff/enroll");
            var secret = FromBase32((await page.TextContentAsync("#secret"))!);
            (await page.Locator(".qr svg").GetAttributeAsync("aria-label")).ShouldBe("トークンを登録するQRコード");
            await desk.Screenshot("staff-enroll");
            await page.Locator("#Otp:focus").WaitForAsync();
            await Type(page, await Otp(secret));
            await page.WaitForURLAsync("**/staff");

            await FindByKeyboard(desk, page);

            await page.Locator(".me > summary").FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.PressAsync("Enter");
            await page.WaitForURLAsync("**/staff/login");

            Centre.Clock.Advance(TimeSpan.FromSeconds(StaffToken.Period));
            (await page.InputValueAsync("#Institution")).ShouldBe("9001");
            await page.Locator("#Login:focus").WaitForAsync();
            await Type(page, "sato", Clerk.Password);
            await page.WaitForURLAsync("**/staff/otp");
            await page.Locator("#Otp:focus").WaitForAsync();
            await Type(page, await Otp(secret));
            await page.WaitForURLAsync("**/staff");
        });
        desk.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task The_end_of_a_session_is_announced_a_minute_before_and_can_be_put_off()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        await using var desk = await Chromium.OpenDesk(Centre.Url);

        await desk.Try("staff-idle", async page =>
        {
            await page.Clock.InstallAsync();
            await LogInByKeyboard(page, clerk);
            await page.Clock.FastForwardAsync("13:30");
            await page.Locator("#idle button").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            Centre.Clock.Advance(TimeSpan.FromMinutes(14));
            await page.Clock.FastForwardAsync("00:40");
            await page.Locator("#idle button").WaitForAsync();
            await page.Locator("#idle button").ClickAsync();
            await page.Locator("#idle:empty").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            Centre.Clock.Advance(StaffSessions.IdleLimit);
            await page.Clock.FastForwardAsync("15:10");
            await page.Locator("#idle a").ClickAsync();
            await page.WaitForURLAsync("**/staff/login**");
        });
    }

    [Fact]
    public async Task The_arrows_enter_a_table_from_the_page_and_from_nowhere_else()
    {
        for (var i = 1; i <= 2; i++)
            await (await Bank.Customer($"S000000{i}")).Issue();
        await using var desk = await AtDesk(StaffRole.Teller);

        await desk.Try("staff-arrows", async page =>
        {
            const string row = "() => [...document.querySelectorAll('tbody tr')].findIndex(tr => tr.contains(document.activeElement))";
            await page.GotoAsync("/staff/deliveries");
            await page.Locator(".nav a").First.FocusAsync();
            await page.Keyboard.PressAsync("ArrowDown");
            (await page.EvaluateAsync<int>(row)).ShouldBe(-1);
            await page.FocusAsync("#find");
            await page.Keyboard.PressAsync("ArrowDown");
            (await page.EvaluateAsync<int>(row)).ShouldBe(-1);

            await page.EvaluateAsync("() => document.activeElement.blur()");
            await page.Keyboard.PressAsync("ArrowUp");
            (await page.EvaluateAsync<int>(row)).ShouldBe(-1);
            await page.Keyboard.PressAsync("ArrowDown");
            (await page.EvaluateAsync<int>(row)).ShouldBe(0);
            await page.Keyboard.PressAsync("ArrowDown");
            (await page.EvaluateAsync<int>(row)).ShouldBe(1);
            await page.Keyboard.PressAsync("Home");
            await page.Keyboard.PressAsync("ArrowUp");
            (await page.EvaluateAsync<int>(row)).ShouldBe(-1);
        });
        desk.ShouldHaveNoErrors();
    }

    private static async Task FindByKeyboard(Visit desk, IPage page)
    {
        await page.Locator("#find:focus").WaitForAsync();
        var watch = Stopwatch.StartNew();
        await page.Keyboard.TypeAsync("ya");
        await page.Locator("#hits tbody tr").WaitForAsync();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("湖畔");
        await page.Locator("#hits tbody tr:nth-child(2)").WaitForAsync();
        (await page.TextContentAsync(".found"))!.Trim().ShouldBe("契約2件・利用者2名");
        await desk.Screenshot("staff-search");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/staff/contracts/S1000001?q=*");
        (await page.TextContentAsync("h1")).ShouldBe("湖畔商店");
        (await page.Locator(".state-good").First.TextContentAsync()).ShouldBe("利用中");
        await desk.Screenshot("staff-contract");
        await page.GoBackAsync();
        (await page.InputValueAsync("#find")).ShouldBe("湖畔"); // the search is still there
        await page.GoForwardAsync();
        await page.Locator(".crumb").ClickAsync();
        (await page.InputValueAsync("#find")).ShouldBe("湖畔"); // and on the page's own way back
        await page.GoBackAsync();
        await page.Keyboard.PressAsync("/");
        await page.Locator("#find:focus").WaitForAsync();
    }

    private static async Task LogInByKeyboard(IPage page, Clerk clerk)
    {
        await page.GotoAsync("/staff");
        await Type(page, clerk.Institution, clerk.Login, Clerk.Password);
        await page.WaitForURLAsync("**/staff/otp");
        await Type(page, clerk.OneTimePassword());
        await page.WaitForURLAsync("**/staff");
        clerk.Wait();
    }

    /// <summary>Types into the field that has the focus and those after it, and sends the form.</summary>
    private static async Task Type(IPage page, params string[] texts)
    {
        await page.Locator("input:focus").WaitForAsync(); // a page gives it a moment after it is there
        for (var i = 0; i < texts.Length; i++)
        {
            if (i > 0)
                await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.InsertTextAsync(texts[i]);
        }

        await page.Keyboard.PressAsync("Enter");
    }

    private Task<string> Otp(byte[] secret) => Support.Oath.OathTool.Totp(secret, "SHA1", StaffToken.Digits, StaffToken.Period, Centre.Now, CancellationToken.None);

    private static byte[] FromBase32(string text)
    {
        var (bytes, buffer, bits) = (new List<byte>(), 0, 0);
        foreach (var c in text.Where(char.IsAsciiLetterOrDigit))
        {
            buffer = ((buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal)) & 0xFFF;
            bits += 5;
            if (bits >= 8)
                bytes.Add((byte)(buffer >> (bits -= 8)));
        }

        return [.. bytes];
    }
}
