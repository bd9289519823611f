using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>Phones that get no updates any more, and browsers that are told to keep nothing.</summary>
public sealed class OldBrowserTests(Chromium chromium) : BrowserTest(chromium)
{
    /// <summary>What Safari learned after iOS 14 and Chrome after 2021, of what the app might be tempted to use.</summary>
    private const string As2021 =
        """
        delete AbortSignal.timeout;
        delete Object.hasOwn;
        delete Array.prototype.at;
        delete String.prototype.at;
        delete Array.prototype.findLast;
        delete DataView.prototype.setBigUint64;
        delete HTMLDialogElement.prototype.showModal;
        delete globalThis.structuredClone;
        """;

    private const string KeepsNothing =
        """
        Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } });
        IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };
        """;

    [Fact]
    public async Task A_browser_of_2021_sets_tokens_up_switches_between_them_renews_and_removes_one()
    {
        await using var phone = await Chromium.OpenPhone();
        await phone.Context.AddInitScriptAsync(As2021);
        phone.Page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await phone.Try("browser of 2021", async page =>
        {
            var first = await SetUp(page, "first");
            await SetUp(page, "second");
            await page.Keyboard.PressAsync("ArrowRight");
            await Assertions.Expect(page.Locator("#ownUserId")).ToHaveTextAsync("first");
            KeepTime();
            (await first.Confirm(await Digits(page))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(710));
            await page.ReloadAsync();
            await Digits(page);
            await page.ClickAsync("#renew");
            await page.Locator("#news").WaitForAsync();

            await page.ClickAsync("#removeToken");

            await Assertions.Expect(page.Locator("#tokens [data-serial]")).ToHaveCountAsync(1);
            await Assertions.Expect(page.Locator("#ownUserId")).ToHaveTextAsync("second");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_browser_that_is_too_old_is_led_to_the_page_for_keypads_with_its_link()
    {
        var customer = await Bank.Customer();
        await customer.Issue("taro@docomo.ne.jp");
        var link = (await Centre.DeliveredMails())[^1].Link!;
        await using var phone = await Chromium.OpenPhone();
        await phone.Context.AddInitScriptAsync("delete Element.prototype.replaceChildren;");
        await phone.Try("too old", async page =>
        {
            await page.GotoAsync(link.AbsoluteUri);
            await phone.Screenshot("app-too-old");
            await page.ClickAsync("#keypadPage");
            await TypeIds(page, customer, Customer.Pin);

            (await OathTool((await page.TextContentAsync("#serial"))!.Trim(), TimeProvider.System.GetUtcNow())).ShouldContain(await Digits(page));
            new Uri(page.Url).AbsolutePath.ShouldBe("/k/");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_browser_that_keeps_nothing_is_told_so()
    {
        await using var phone = await Chromium.OpenPhone();
        await phone.Context.AddInitScriptAsync(KeepsNothing);
        await phone.Try("keeps nothing", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/");
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("このブラウザではご利用いただけません");
        });
        phone.ShouldHaveNoErrors();
    }

    private async Task<Customer> SetUp(IPage page, string userId)
    {
        var customer = await Bank.Customer("S-" + userId, userId);
        await customer.Issue("taro@docomo.ne.jp");
        await page.GotoAsync("about:blank");
        await page.GotoAsync((await Centre.DeliveredMails())[^1].Link!.AbsoluteUri);
        await page.Locator("#serviceId").WaitForAsync();
        await TypeIds(page, customer, Customer.Pin);
        await Assertions.Expect(page.Locator("#ownUserId")).ToHaveTextAsync(userId);
        return customer;
    }
}
