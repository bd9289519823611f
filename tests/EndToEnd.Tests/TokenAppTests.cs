using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The installable app, in a smartphone's browser against the real centre.</summary>
public sealed class TokenAppTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_mailed_link_leads_to_an_app_that_shows_the_passwords_of_oathtool_also_offline()
    {
        var customer = await Bank.Customer();
        await customer.Issue("taro@docomo.ne.jp");
        var link = (await Centre.DeliveredMails())[^1].Link!;
        await using var phone = await Chromium.OpenPhone();

        await phone.Try("app", async page =>
        {
            await page.GotoAsync(link.AbsoluteUri);
            await page.Locator("#serviceId").WaitForAsync();
            page.Url.ShouldNotContain(link.Segments[^1], Case.Sensitive);

            await TypeIds(page, customer, "0000");
            await page.Locator("#errorSummary").WaitForAsync();
            (await page.InputValueAsync("#serviceId")).ShouldBe(customer.ServiceId);
            (await page.InputValueAsync("#activationPin")).ShouldBeEmpty();
            await TypeIds(page, customer, "４７１１");

            var shown = await Digits(page);
            var serial = (await page.TextContentAsync("#serial"))!.Trim();
            (await OathTool(serial, TimeProvider.System.GetUtcNow())).ShouldContain(shown);
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);

            await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true)");
            await phone.Context.SetOfflineAsync(true);
            await page.ReloadAsync();
            (await OathTool(serial, TimeProvider.System.GetUtcNow())).ShouldContain(await Digits(page));
            await page.Locator("#offline:not([hidden])").WaitForAsync();
            await phone.Screenshot("app-offline");
        });
        phone.ShouldHaveNoErrors(error => IsRefusal(error) || error.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_secret_cannot_be_taken_out_of_the_browser()
    {
        await using var phone = await Activated(await Bank.Customer());

        var extractable = await phone.Page.EvaluateAsync<bool[]>(
            """
            async () => {
              const found = [];
              const look = value => {
                if (value instanceof CryptoKey) found.push(value.extractable);
                else if (value && typeof value === 'object') Object.values(value).forEach(look);
              };
              for (const { name } of await indexedDB.databases()) {
                const db = await new Promise(done => { const open = indexedDB.open(name); open.onsuccess = () => done(open.result); });
                for (const store of db.objectStoreNames) {
                  const all = await new Promise(done => { const get = db.transaction(store).objectStore(store).getAll(); get.onsuccess = () => done(get.result); });
                  all.forEach(look);
                }
                db.close();
              }
              return found;
            }
            """);

        extractable.ShouldNotBeEmpty();
        extractable.ShouldAllBe(yes => !yes);
    }

    [Fact]
    public async Task The_renewal_appears_thirty_days_before_the_date_and_gives_two_more_years()
    {
        var customer = await Bank.Customer();
        await using var phone = await Activated(customer);
        await phone.Try("renewal", async page =>
        {
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(690));
            await page.ReloadAsync();
            await Digits(page);
            (await page.Locator("#renew:visible").CountAsync()).ShouldBe(0);

            await Leap(phone, TimeSpan.FromDays(20));
            await page.ReloadAsync();
            await Digits(page);
            var before = await page.TextContentAsync("#expiresAt");
            await page.ClickAsync("#renew");
            await Assertions.Expect(page.Locator("#expiresAt")).Not.ToHaveTextAsync(before!.Trim());
            await phone.Screenshot("app-renewed");

            (await customer.Verify(await Digits(page)))["result"].ShouldBe("accepted");
        });
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_told_to_the_user()
    {
        await using var phone = await Activated(await Bank.Customer());
        await phone.Try("clock", async page =>
        {
            await phone.Context.Clock.SetSystemTimeAsync(TimeProvider.System.GetUtcNow().AddMinutes(10).UtcDateTime);
            KeepTime();
            await page.ReloadAsync();
            await page.Locator("#clockWarning:not([hidden])").WaitForAsync();
        });
    }

    [Fact]
    public async Task One_phone_holds_tokens_of_several_companies()
    {
        await using var phone = await Activated(await Bank.Customer("S1", "first"));
        var second = await Bank.Customer("S2", "second");
        await second.Issue("b@docomo.ne.jp");
        var link = (await Centre.DeliveredMails())[^1].Link!;
        await phone.Try("two tokens", async page =>
        {
            await page.GotoAsync("about:blank");
            await page.GotoAsync(link.AbsoluteUri);
            await page.Locator("#serviceId").WaitForAsync();
            await TypeIds(page, second, Customer.Pin);
            await Digits(page);
            (await page.Locator("#tokens [data-serial]").CountAsync()).ShouldBe(2);
            await phone.Screenshot("app-two-tokens");
        });
    }
}
