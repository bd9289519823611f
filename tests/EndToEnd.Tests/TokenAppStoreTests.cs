using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The app, where the browser takes its store away from it or another window changes what is in it.</summary>
public sealed class TokenAppStoreTests(Chromium chromium) : BrowserTest(chromium)
{
    /// <summary>WebKit closes connections of pages in the background and says nothing; <c>dropConnections()</c> does the same here.</summary>
    private const string ForgetfulBrowser =
        """
        (() => {
          const open = IDBFactory.prototype.open;
          const opened = [];
          IDBFactory.prototype.open = function (...what) {
            if (window.opensNoMore) throw new DOMException('', 'UnknownError');
            const request = open.apply(this, what);
            opened.push(request);
            return request;
          };
          window.dropConnections = () => opened.forEach((request) => request.readyState === 'done' && request.result.close());
        })();
        """;

    private const string BackInSight =
        """
        () => {
          window.shown = document.getElementById('otp');
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """;

    [Fact]
    public async Task A_connection_to_the_store_that_the_browser_has_closed_is_opened_again()
    {
        var customer = await Bank.Customer();
        var code = await Mailed(customer);
        await using var phone = await Chromium.OpenPhone();
        await phone.Context.AddInitScriptAsync(ForgetfulBrowser);
        await phone.Try("closed connection", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/#d={code}");
            await page.Locator("#serviceId").WaitForAsync();
            await page.EvaluateAsync("() => dropConnections()");
            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(710));
            await page.ReloadAsync();
            await page.Locator("#renew").WaitForAsync();
            await page.EvaluateAsync("() => dropConnections()");

            await page.ClickAsync("#renew");

            await page.Locator("#news").WaitForAsync();
            (await customer.Verify(await Digits(page)))["result"].ShouldBe("accepted");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_store_that_stays_closed_is_told_wherever_something_was_to_be_kept()
    {
        var customer = await Bank.Customer();
        await using var phone = await Chromium.OpenPhone();
        await phone.Context.AddInitScriptAsync(ForgetfulBrowser);
        await phone.Try("store lost", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/#d={await Mailed(customer)}");
            await page.Locator("#serviceId").WaitForAsync();
            await page.EvaluateAsync("() => { opensNoMore = true; dropConnections(); }");
            await TypeIds(page, customer, Customer.Pin);
            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync("再読み込み");
            await Assertions.Expect(page.Locator("#errorSummary")).Not.ToContainTextAsync("空き容量");

            await page.ReloadAsync();
            await page.Locator("#serviceId").WaitForAsync();
            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
            await page.EvaluateAsync("() => { opensNoMore = true; dropConnections(); }");
            await page.ClickAsync("#removeToken");
            await page.ClickAsync("#confirmRemove");

            await Assertions.Expect(page.Locator("#failure")).ToContainTextAsync("再読み込み");
            await Assertions.Expect(page.Locator("#failure")).ToBeFocusedAsync();
            await phone.Screenshot("app-store-lost");
            await Digits(page); // still there
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_second_window_shows_what_the_first_has_renewed_and_removed_and_leaves_what_is_being_typed()
    {
        var customer = await Bank.Customer();
        await using var phone = await Activated(customer);
        await phone.Try("two windows", async first =>
        {
            KeepTime();
            (await customer.Confirm(await Digits(first))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(710));
            await first.ReloadAsync();
            await first.Locator("#renew").WaitForAsync();
            var second = await phone.Context.NewPageAsync();
            await second.GotoAsync($"{Centre.Url}app/");
            await second.Locator("#renew").WaitForAsync();
            var before = (await second.TextContentAsync("#expiresAt"))!;
            await second.EvaluateAsync(BackInSight);
            await second.WaitForTimeoutAsync(300);
            (await second.EvaluateAsync<bool>("() => window.shown === document.getElementById('otp')")).ShouldBeTrue("nothing has changed");

            await first.ClickAsync("#renew");
            await first.Locator("#news").WaitForAsync();
            await second.EvaluateAsync(BackInSight);

            await Assertions.Expect(second.Locator("#expiresAt")).Not.ToHaveTextAsync(before);
            (await customer.Verify(await Digits(second)))["result"].ShouldBe("accepted");

            await second.ClickAsync("#addToken");
            await second.ClickAsync("#wayMail");
            await second.FillAsync("#downloadLink", "https://otp.example/d/");
            await first.ClickAsync("#removeToken");
            await first.ClickAsync("#confirmRemove");
            await first.Locator("#wayMail").WaitForAsync();
            await second.EvaluateAsync(BackInSight);
            await second.WaitForTimeoutAsync(300);
            await Assertions.Expect(second.Locator("#downloadLink")).ToBeFocusedAsync();
            await second.ClickAsync("#back");
            await Assertions.Expect(second.Locator("h1")).ToHaveTextAsync("はじめに");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_registration_that_cannot_be_kept_is_told_and_stays_to_be_done()
    {
        await Centre.Bank("9002", "shinkin-personal");
        await using var phone = await Chromium.OpenPhone();
        await phone.Context.AddInitScriptAsync(ForgetfulBrowser);
        await phone.Try("registered, store lost", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/#i=9002");
            await page.ClickAsync("#makeToken");
            await page.Locator("#registered").WaitForAsync();
            await page.EvaluateAsync("() => { opensNoMore = true; dropConnections(); }");

            await page.ClickAsync("#registered");

            await Assertions.Expect(page.Locator("#failure")).ToContainTextAsync("再読み込み");
            (await page.Locator("#registerHint").CountAsync()).ShouldBe(1);
        });
        phone.ShouldHaveNoErrors();
    }
}
