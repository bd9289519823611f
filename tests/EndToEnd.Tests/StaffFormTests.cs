using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>What must not happen to staff by a slip of the hand, a slow line or a coffee break.</summary>
public sealed class StaffFormTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string BrokenWords =
        """
        () => [...document.querySelectorAll('.rows .state, .rows .serial')]
          .filter(node => node.getBoundingClientRect().height > 1.7 * parseFloat(getComputedStyle(node).fontSize))
          .map(node => node.textContent)
          .concat(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : [])
        """;

    [Fact]
    public async Task The_enter_key_decides_nothing_about_what_cannot_be_undone()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        await using var teller = await AtDesk(StaffRole.Teller);
        await using var approver = await AtDesk(StaffRole.Approver);
        await teller.Try("staff draft", async page =>
        {
            await page.GotoAsync($"/staff/contracts/{customer.ServiceId}/act?action=revoke&user={customer.UserId}");
            (await page.EvaluateAsync<string[]>(BrokenWords)).ShouldBeEmpty();
            await Fill(page);
            await page.ClickAsync("main button[type=submit]");
            await page.WaitForURLAsync("**/staff/drafts/*");
        });

        await approver.Try("staff decision", async page =>
        {
            await page.GotoAsync(new Uri(teller.Page.Url).AbsolutePath);
            (await page.EvaluateAsync<string[]>(BrokenWords)).ShouldBeEmpty();
            await page.Locator("main .button-danger").WaitForAsync(); // 失効を承認する
            await page.FillAsync("#note", "届出書の氏名が違います");
            await page.PressAsync("#note", "Enter");
            await page.WaitForTimeoutAsync(500);
            (await customer.Look())["token.status"].ShouldBe("inUse");
            await Assertions.Expect(page.Locator("main .state").First).ToHaveTextAsync("承認待ち");

            await page.GetByRole(AriaRole.Button, new() { Name = "差し戻す" }).ClickAsync();
            await Assertions.Expect(page.Locator("main .state").First).ToHaveTextAsync("差戻し");
        });
        approver.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task No_customer_of_the_last_term_is_opened_for_the_next_whose_search_is_slow_or_fails()
    {
        await Bank.CustomerWithToken();
        await using var desk = await AtDesk(StaffRole.Teller);

        await desk.Try("staff search", async page =>
        {
            var lost = new TaskCompletionSource();
            await page.GotoAsync("/staff");
            await page.Locator("#find").PressSequentiallyAsync("ya");
            await page.Locator("#hits tbody a").WaitForAsync();
            await Assertions.Expect(page.Locator("#found")).ToHaveTextAsync("契約1件・利用者1名");

            await page.RouteAsync("**/staff/search?handler=hits**", async route =>
            {
                await lost.Task;
                await route.AbortAsync();
            });
            await page.Locator("#find").PressSequentiallyAsync("z");
            await page.Locator("#hits[aria-busy]").WaitForAsync();
            await page.Keyboard.PressAsync("ArrowDown");
            (await page.EvaluateAsync<string>("() => document.activeElement.id")).ShouldBe("find");
            lost.SetResult();
            await Assertions.Expect(page.Locator("#hits")).ToHaveTextAsync("検索できませんでした。もう一度「検索」を押してください。");
            (await page.Locator("#hits a, #hits[aria-busy]").CountAsync()).ShouldBe(0);

            await page.UnrouteAllAsync();
            await page.Keyboard.PressAsync("Backspace");
            await page.Locator("#hits tbody a").WaitForAsync(); // and it goes on
        });
        desk.ShouldHaveNoErrors(error => error.Contains("net::ERR_FAILED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_comes_back_too_late_is_told_that_nothing_was_done_and_finds_the_form_as_it_was()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var clerk = await Clerk.Hire(Centre, Bank.Code, "sato", StaffRole.Teller);
        await using var desk = await AtDesk(clerk);

        await desk.Try("staff session", async page =>
        {
            await page.GotoAsync($"/staff/contracts/{customer.ServiceId}/act?action=suspend&user={customer.UserId}");
            await Fill(page);
            await page.ClickAsync(".langs a[lang=en]");
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Suspend");
            await page.ClickAsync(".langs a[lang=ja]");
            await ShouldBeFilled(page);
            await Assertions.Expect(page.Locator(".audit-lines")).ToContainTextAsync("届出書 N-7");

            Centre.Clock.Advance(StaffSessions.IdleLimit);
            await page.ClickAsync("main button[type=submit]");
            await Assertions.Expect(page.Locator(".note-warn")).ToContainTextAsync("操作は行われていません");
            await LogIn(page, clerk);
            await page.WaitForURLAsync("**/act?action=suspend&user=*");
            await ShouldBeFilled(page);
            (await customer.Look())["token.status"].ShouldBe("inUse");
            await page.ClickAsync("main button[type=submit]");
            await page.Locator(".slip").WaitForAsync();
            await page.GotoAsync($"/staff/contracts/{customer.ServiceId}/act?action=revoke&user={customer.UserId}");
            (await page.InputValueAsync("#formNumber")).ShouldBeEmpty();
        });
        desk.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_link_in_a_mail_leaves_the_form_of_another_tab_alone()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        await using var desk = await AtDesk(StaffRole.Teller);

        await desk.Try("staff two tabs", async page =>
        {
            await page.GotoAsync($"/staff/contracts/{customer.ServiceId}/act?action=suspend&user={customer.UserId}");
            await Fill(page);
            await desk.ComeFromElsewhere(new(Centre.Url, "/staff/queue"));
            await page.ClickAsync("main button[type=submit]");
            await page.Locator(".slip").WaitForAsync();
        });
        desk.ShouldHaveNoErrors();
    }

    private static async Task Fill(IPage page)
    {
        await page.FillAsync("#formNumber", "N-7");
        await page.CheckAsync("input[value=stolen]");
        await page.FillAsync("#note", "駅で");
    }

    private static async Task ShouldBeFilled(IPage page)
    {
        await Assertions.Expect(page.Locator("#formNumber")).ToHaveValueAsync("N-7");
        (await page.IsCheckedAsync("input[value=stolen]")).ShouldBeTrue();
        (await page.InputValueAsync("#note")).ShouldBe("駅で");
    }
}
