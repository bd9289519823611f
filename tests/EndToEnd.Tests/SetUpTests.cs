using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>初期設定 in both apps, where it does not go smoothly: what is told, and whether it can be read.</summary>
public sealed class SetUpTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string HardToRead =
        """
        () => [...document.querySelectorAll('body *')]
          .filter(node => node.offsetParent && !node.closest('svg') && [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()))
          .filter(node => parseFloat(getComputedStyle(node).fontSize) < 16 || node.matches('#errorSummary a') && node.offsetHeight < 44)
          .map(node => node.textContent)
          .concat(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : [])
        """;

    public static TheoryData<string> BothApps => new("app", "k");

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task The_older_mails_link_leads_to_the_newer_mail(string app)
    {
        var customer = await Bank.Customer();
        var older = await Mailed(customer);
        Centre.Clock.Advance(TimeSpan.FromMinutes(30));
        await Mailed(customer);

        await using var phone = await Open(app);
        await phone.Try("older mail " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/#d={older}");
            await TypeIds(page, customer, Customer.Pin);
            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync(app == "k" ? "最新のメール" : "新しいメール");
            await Assertions.Expect(page.Locator("#errorSummary")).Not.ToContainTextAsync("失効");
        });
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task A_token_that_was_stopped_is_told_apart_from_one_in_use(string app)
    {
        var customer = await Bank.Customer();
        var code = await Mailed(customer);
        (await customer.Do("suspend")).Code.ShouldBe(200);

        await using var phone = await Open(app);
        await phone.Try("stopped " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/#d={code}");
            await TypeIds(page, customer, Customer.Pin);
            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync("停止");
            await Assertions.Expect(page.Locator("#errorSummary")).Not.ToContainTextAsync("利用中");
        });
    }

    [Theory]
    [MemberData(nameof(BothApps))]
    public async Task What_is_to_be_read_is_16_pixels_high_and_links_of_errors_are_easily_hit(string app)
    {
        var customer = await Bank.Customer();
        var code = await Mailed(customer);
        await using var phone = await Open(app);
        await phone.Try("readable " + app, async page =>
        {
            await page.GotoAsync($"{Centre.Url}{app}/");
            await page.Locator(app == "k" ? "[accesskey='1']" : "#wayMail").WaitForAsync();
            (await page.EvaluateAsync<string[]>(HardToRead)).ShouldBeEmpty();

            await page.GotoAsync("about:blank");
            await page.GotoAsync($"{Centre.Url}{app}/#d={code}");
            await TypeIds(page, customer, "47");
            await page.Locator("#errorSummary a").First.WaitForAsync();
            (await page.EvaluateAsync<string[]>(HardToRead)).ShouldBeEmpty();

            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
            (await page.EvaluateAsync<string[]>(HardToRead)).ShouldBeEmpty();
        });
    }

    [Fact]
    public async Task On_a_keypad_every_field_keeps_its_key_and_what_was_typed_after_a_refusal()
    {
        var customer = await Bank.Customer();
        var code = await Mailed(customer);
        await using var phone = await Chromium.OpenFeaturePhone();
        await phone.Try("keys", async page =>
        {
            await page.GotoAsync($"{Centre.Url}k/#d={code}");
            await page.Locator("#serviceId").WaitForAsync();
            var before = await Keys(page);
            await TypeIds(page, customer, "0000");
            await page.Locator("#downloadLink").WaitForAsync();
            (await Keys(page)).ShouldBe(before);

            await page.FillAsync("#downloadLink", "このリンク");
            await TypeIds(page, customer, Customer.Pin);
            await Assertions.Expect(page.Locator("#downloadLink")).ToHaveAttributeAsync("aria-invalid", "true");
            (await page.InputValueAsync("#downloadLink")).ShouldBe("このリンク");

            await page.FillAsync("#downloadLink", $"{Centre.Url}d/{code}");
            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
        });
    }

    private static async Task<string?[]> Keys(IPage page) =>
        await Task.WhenAll(new[] { "#serviceId", "#userId", "#activationPin", "#submitActivation" }.Select(id => page.GetAttributeAsync(id, "accesskey")));

    private Task<Visit> Open(string app) => app == "k" ? Chromium.OpenFeaturePhone() : Chromium.OpenPhone();
}
