using System.Net.Http.Headers;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The banks of the demo: a newcomer at their own pages.</summary>
[Collection(BrowserCollection.Name)]
public sealed class DemoBanksTests(Chromium chromium) : DemoTest(chromium)
{
    [Fact]
    public async Task A_private_customer_begins_with_a_hardware_token_exchanges_it_and_ends_its_use()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);
        await using var drawer = await Chromium.OpenPhone(Demo.BankUrl);

        await desk.Try("demo-personal", async page =>
        {
            await DemoProgram.LogIn(page, "personal", "sato");
            await Register(page, drawer, "#own-register", "HWDM00000001", otpAtLogin: "no");
            await page.Locator("#next-step[data-step=none]").WaitForAsync();

            await Transfer(page, await Password(drawer, "HWDM00000001"));
            await page.Locator("#transfer-number").WaitForAsync();

            await page.ClickAsync("#menu-manage");
            await page.ClickAsync("#own-exchange");
            await page.FillAsync("#currentOtp", await Password(drawer, "HWDM00000001"));
            await page.FillAsync("#newSerial", "HWDM00000002");
            await page.FillAsync("#newOtp", await Password(drawer, "HWDM00000002"));
            await page.ClickAsync("#do-exchange");
            (await page.TextContentAsync("#serial-before")).ShouldBe("HWDM00000001");
            (await page.TextContentAsync("#serial-after")).ShouldBe("HWDM00000002");

            await page.ClickAsync("#own-discontinue");
            await page.FillAsync("#otp", await Password(drawer, "HWDM00000002"));
            await page.ClickAsync("#do-discontinue");
            await page.Locator("#receipt-number").WaitForAsync();
            await page.Locator("#next-step[data-step=register]").WaitForAsync();
            await Transfer(page, "123456");
            await Assertions.Expect(page.Locator("#refusal h2")).ToHaveTextAsync("トークンがまだありません");
        });
        desk.ShouldHaveNoErrors();
        drawer.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task An_administrator_registers_a_token_for_a_colleague_and_stops_it()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);
        await using var colleague = await Chromium.OpenDesk(Demo.BankUrl);
        await using var drawer = await Chromium.OpenPhone(Demo.BankUrl);

        await desk.Try("demo-business", async page =>
        {
            await DemoProgram.LogIn(page, "business", "nakamura");
            await Register(page, drawer, "#own-register", "HWDM00000011");
            await page.ClickAsync("#menu-manage");
            await Register(page, drawer, "#register-kobayashi", "HWDM00000012");
            await page.Locator("#row-kobayashi [data-status=inUse]").WaitForAsync();
            await page.Locator("#row-kato [data-status=none]").WaitForAsync();

            await page.ClickAsync("#menu-certificate");
            await page.FillAsync("#otp", await Password(drawer, "HWDM00000011"));
            await page.ClickAsync("#do-certificate");
            await page.Locator("#certificate-number").WaitForAsync();
        });
        await colleague.Try("demo-colleague", async page =>
        {
            await DemoProgram.LogIn(page, "business", "kobayashi");
            await Transfer(page, await Password(drawer, "HWDM00000012"));
            await page.Locator("#transfer-number").WaitForAsync();
        });
        await desk.Try("demo-suspension", async page =>
        {
            await page.ClickAsync("#menu-manage");
            await page.ClickAsync("#suspend-kobayashi");
            await page.ClickAsync("#act");
            await page.Locator("#row-kobayashi [data-status=suspended]").WaitForAsync();
        });
        await colleague.Try("demo-suspended", async page =>
        {
            await Transfer(page, "123456");
            await Assertions.Expect(page.Locator("#refusal h2")).ToHaveTextAsync("トークンは事故設定中です");
        });
        desk.ShouldHaveNoErrors();
        colleague.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_customer_reads_after_the_log_in_that_a_fake_site_may_have_asked_for_a_password()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);
        using var line = new HttpClient { BaseAddress = Demo.ApiUrl };
        line.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(Path.Combine(Demo.Data, "api-key")));

        await new KenshinClient(line, TimeProvider.System).Verify(new("S1000001", "yamada", "login", "123456", "fake"), "fake-1", CancellationToken.None);

        await desk.Try("demo-bulletin", async page =>
        {
            await DemoProgram.LogIn(page, "kenshin", "yamada");
            for (var tries = 0; tries < 10 && await page.Locator("#bulletins").CountAsync() == 0; tries++)
            {
                await page.WaitForTimeoutAsync(1000);
                await page.ReloadAsync();
            }

            await Assertions.Expect(page.Locator("#bulletins [data-type='phishing.suspected'] h3")).ToHaveTextAsync("偽サイトにご注意ください");
            await page.ClickAsync("#logout");
            await DemoProgram.LogIn(page, "kenshin", "suzuki");
            await page.Locator("#accounts").WaitForAsync();
            (await page.Locator("#bulletins").CountAsync()).ShouldBe(0);
        });
    }

    [Fact]
    public async Task A_session_and_the_books_of_one_bank_are_no_other_bank_s()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);

        await desk.Try("demo-apart", async page =>
        {
            await DemoProgram.LogIn(page, "personal", "sato");
            await Assertions.Expect(page.Locator("#accounts")).ToContainTextAsync("2345678");
            await page.GotoAsync("/business/");
            await page.Locator("#login-submit").WaitForAsync();
            await page.CheckAsync("#user-kato");
            await page.ClickAsync("#login-submit");
            await Assertions.Expect(page.Locator("#accounts")).ToContainTextAsync("3012345");
            await page.GotoAsync("/personal/");
            await Assertions.Expect(page.Locator("#who")).ToContainTextAsync("佐藤 美咲");
        });
    }

    [Fact]
    public async Task A_page_that_a_bank_does_not_have_is_not_there_by_its_address_either()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);

        await desk.Try("demo-not-there", async page =>
        {
            await DemoProgram.LogIn(page, "kenshin", "yamada");
            foreach (var path in new[] { "limit", "certificate", "token/register", "token/exchange", "token/discontinue" })
                (await page.GotoAsync("/kenshin/" + path))!.Status.ShouldBe(404, path);
            await DemoProgram.LogIn(page, "personal", "sato");
            (await page.GotoAsync("/personal/limit"))!.Status.ShouldBe(200);
            (await page.GotoAsync("/personal/certificate"))!.Status.ShouldBe(404);
        });
    }

    [Fact]
    public async Task What_is_wrong_stands_at_its_field_and_who_does_a_transfer_over_types_nothing_twice()
    {
        await using var desk = await Chromium.OpenDesk(Demo.BankUrl);

        await desk.Try("demo-faults", async page =>
        {
            await DemoProgram.LogIn(page, "personal", "sato");
            await Transfer(page, "");
            await AtField(page, "#otp");
            await page.ClickAsync("#cancel");
            (await page.InputValueAsync("#amount")).ShouldBe("10000");
            (await page.IsCheckedAsync("#payee-aozora")).ShouldBeTrue();

            await page.GotoAsync("/personal/token/exchange");
            await page.FillAsync("#newSerial", "HWDM-0000-0002");
            await page.FillAsync("#currentOtp", "123456");
            await page.FillAsync("#newOtp", "12");
            await page.ClickAsync("#do-exchange");
            await AtField(page, "#newOtp");
        });
    }

    private static async Task AtField(IPage page, string field)
    {
        await Assertions.Expect(page.Locator("#refusal a")).ToHaveAttributeAsync("href", field);
        await Assertions.Expect(page.Locator(field)).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.Locator(field + "-fault")).ToBeVisibleAsync();
    }
}
