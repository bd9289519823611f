using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>A form of the hosted pages, where something comes between its filling in and its answer.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PortalFormTests(Chromium chromium) : PortalTest(chromium)
{
    [Fact]
    public async Task Another_language_keeps_the_address_but_not_the_PIN()
    {
        var bank = await Centre.Bank();
        var customer = await bank.Customer();
        await using var visit = await Open(bank, customer.UserId, "issue");

        await visit.Try("portal-language", async page =>
        {
            await page.FillAsync("#MobileEmail", "taro@docomo.ne.jp");
            await page.FillAsync("#ActivationPin", "4711");
            await page.ClickAsync("[data-reveal]");
            await page.ClickAsync(".langs a[lang=en]");
            await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Issue");
            await Assertions.Expect(page.Locator("#MobileEmail")).ToHaveValueAsync("taro@docomo.ne.jp");
            (await page.InputValueAsync("#ActivationPin")).ShouldBeEmpty();
            await page.ReloadAsync();
            (await page.InputValueAsync("#MobileEmail")).ShouldBeEmpty(); // once
        });
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_form_whose_answer_does_not_come_says_so_and_can_be_sent_again()
    {
        var bank = await Centre.Bank();
        var customer = await bank.Customer();
        await using var visit = await Open(bank, customer.UserId, "issue");

        await visit.Try("portal-hangs", async page =>
        {
            var sent = 0;
            await page.Clock.InstallAsync();
            await page.ReloadAsync();
            await page.FillAsync("#MobileEmail", "taro@docomo.ne.jp");
            await page.FillAsync("#ActivationPin", "4711");
            await page.RouteAsync("**/portal/issue", route => ++sent < 2 ? route.AbortAsync("aborted") : route.ContinueAsync()); // as when a person stops it: the page stays
            await page.EvaluateAsync("() => { const button = document.querySelector('button.button-main'); button.click(); button.click(); }");
            await page.Clock.RunForAsync(1500);
            await Assertions.Expect(page.Locator("#sending")).ToHaveTextAsync("送信しています…");
            await page.Clock.RunForAsync(10_000);
            await Assertions.Expect(page.Locator("#sending")).ToContainTextAsync("もう一度");
            sent.ShouldBe(1);

            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/issued**");
        });
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_page_that_another_site_leads_to_leaves_the_form_of_another_tab_alone()
    {
        var bank = await Centre.Bank();
        var customer = await bank.Customer();
        await using var visit = await Open(bank, customer.UserId, "issue");

        await visit.Try("portal-two-tabs", async page =>
        {
            await page.FillAsync("#MobileEmail", "taro@docomo.ne.jp");
            await page.FillAsync("#ActivationPin", "4711");
            await visit.ComeFromElsewhere(new(Centre.Url, "/portal/issue"));
            await page.ClickAsync("button.button-main");
            await page.WaitForURLAsync("**/portal/issued**");
        });
        visit.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task Whoever_opened_a_later_link_is_told_so_and_not_that_no_visit_is_open()
    {
        var bank = await Centre.Bank();
        var customer = await bank.Customer();
        await bank.Customer("S2000002", "suzuki");
        await using var visit = await Open(bank, customer.UserId, "issue");

        await visit.Try("portal-later-link", async page =>
        {
            await page.FillAsync("#MobileEmail", "taro@docomo.ne.jp");
            await page.FillAsync("#ActivationPin", "4711");
            var later = await bank.Post("portal-sessions", new { serviceId = "S2000002", userId = "suzuki", page = "issue", returnUrl = "https://bank.example/" });
            await visit.ComeFromElsewhere(new(later["url"]!));
            await page.ClickAsync("button.button-main");
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("あとから別の画面が開かれました");
        });
        visit.ShouldHaveNoErrors(error => error.Contains("status of 400", StringComparison.Ordinal));
    }
}
