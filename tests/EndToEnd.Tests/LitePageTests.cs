using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The page for keypads, on the small screen it is made for, against the real centre.</summary>
public sealed class LitePageTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_keypad_phone_is_led_to_the_lite_page_and_shows_the_passwords_of_oathtool_also_offline()
    {
        var customer = await Bank.Customer();
        await customer.Issue("-a@ezweb.ne.jp");
        var link = (await Centre.DeliveredMails())[^1].Link!;
        await using var phone = await Chromium.OpenFeaturePhone();

        await phone.Try("lite page", async page =>
        {
            await page.GotoAsync(link.AbsoluteUri);
            new Uri(page.Url).AbsolutePath.ShouldBe("/k/");
            page.Url.ShouldNotContain(link.Segments[^1], Case.Sensitive);
            await TypeIds(page, customer, "0000");
            await page.Locator("#errorSummary").WaitForAsync();
            await TypeIds(page, customer, "４７１１");

            var shown = await Digits(page);
            var serial = (await page.TextContentAsync("#serial"))!.Trim();
            (await OathTool(serial, TimeProvider.System.GetUtcNow())).ShouldContain(shown);
            (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
            await phone.Screenshot("lite-password");
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);

            await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
            await phone.Context.SetOfflineAsync(true);
            await page.ReloadAsync();
            (await OathTool(serial, TimeProvider.System.GetUtcNow())).ShouldContain(await Digits(page));
        });
        phone.ShouldHaveNoErrors(error => IsRefusal(error) || error.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("SHA1", "6", "60")]
    [InlineData("SHA256", "8", "30")]
    [InlineData("SHA512", "6", "30")]
    public async Task Both_apps_show_the_same_digits_as_oathtool(string algorithm, string digits, string period)
    {
        var bank = await Centre.Bank("9002", policy: [("algorithm", algorithm), ("digits", digits), ("period", period)]);
        foreach (var app in new[] { "app", "k" })
        {
            var customer = await bank.Customer("S-" + app);
            await customer.Issue("taro@docomo.ne.jp");
            var code = (await Centre.DeliveredMails())[^1].Link!.Segments[^1];
            await using var phone = app == "k" ? await Chromium.OpenFeaturePhone() : await Chromium.OpenPhone();
            await phone.Try($"{app} {algorithm}", async page =>
            {
                await page.GotoAsync($"{Centre.Url}{app}/#d={code}");
                await page.Locator("#serviceId").WaitForAsync();
                await TypeIds(page, customer, Customer.Pin);
                await Digits(page);
                var serial = (await page.TextContentAsync("#serial"))!.Trim();
                foreach (var days in new[] { 0, 1, 400, 5000 })
                {
                    await phone.Context.Clock.SetSystemTimeAsync(TimeProvider.System.GetUtcNow().AddDays(days).UtcDateTime);
                    await page.ReloadAsync();
                    (await OathTool(serial, TimeProvider.System.GetUtcNow().AddDays(days))).ShouldContain(await Digits(page));
                }
            });
        }
    }

    [Fact]
    public async Task A_smartphone_that_was_taken_for_a_keypad_finds_the_way_to_the_app_and_a_keypad_is_shown_none()
    {
        var customer = await Bank.Customer();
        var code = await Mailed(customer);
        await using var keypad = await Chromium.OpenFeaturePhone();
        await keypad.Try("keypad stays", async page =>
        {
            await page.GotoAsync($"{Centre.Url}k/#d={code}");
            await page.Locator("#serviceId").WaitForAsync();
            (await page.Locator("a[href^='/app/']").CountAsync()).ShouldBe(0);
            await keypad.Screenshot("lite-set-up");
        });
        await using var phone = await Chromium.OpenPhone();
        await phone.Try("to the app", async page =>
        {
            await page.GotoAsync($"{Centre.Url}k/#d={code}");
            await phone.Screenshot("lite-on-smartphone");
            await page.ClickAsync("a[accesskey='6']");
            await page.Locator("#activationPin-error").WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
            new Uri(page.Url).AbsolutePath.ShouldBe("/app/");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Empty_fields_are_told_as_such_and_every_screen_has_its_title()
    {
        await using var phone = await Chromium.OpenFeaturePhone();
        await phone.Try("lite empty", async page =>
        {
            await page.GotoAsync($"{Centre.Url}k/");
            (await page.TitleAsync()).ShouldBe("トークンを追加");
            await page.ClickAsync("[accesskey='1']");
            await page.ClickAsync("#submitActivation");
            await Assertions.Expect(page.Locator("#errorSummary a")).ToHaveCountAsync(4);
            (await page.TextContentAsync("#errorSummary"))!.ShouldNotContain("違います"); // nothing was compared
            (await page.TitleAsync()).ShouldBe("初期設定");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task The_renewal_works_from_a_keypad()
    {
        var customer = await Bank.Customer();
        await customer.Issue("taro@docomo.ne.jp");
        var link = (await Centre.DeliveredMails())[^1].Link!;
        await using var phone = await Chromium.OpenFeaturePhone();
        await phone.Try("lite renewal", async page =>
        {
            await page.GotoAsync(link.AbsoluteUri);
            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(735));
            await page.ReloadAsync();
            await Digits(page);
            var before = (await page.TextContentAsync("#expiresAt"))!.Trim();

            await page.ClickAsync("#renew");

            await Assertions.Expect(page.Locator("#expiresAt")).Not.ToHaveTextAsync(before);
            (await customer.Verify(await Digits(page)))["result"].ShouldBe("accepted");
        });
    }
}
