using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The app, where something comes between: another language, the back button, night, an offer of the browser.</summary>
public sealed class TokenAppMidwayTests(Chromium chromium) : BrowserTest(chromium)
{
    private const string Offer =
        """
        () => {
          const offer = new Event('beforeinstallprompt');
          let used = false;
          offer.prompt = () => used ? Promise.reject(new Error('used')) : Promise.resolve({ outcome: 'dismissed' }).finally(() => { used = true; });
          dispatchEvent(offer);
        }
        """;

    private const string UpdateInTheBackground =
        """
        () => {
          window.sameAsBefore = true;
          Object.defineProperty(document, 'hidden', { get: () => true });
          navigator.serviceWorker.dispatchEvent(new Event('controllerchange'));
        }
        """;

    [Fact]
    public async Task Another_language_amid_the_sending_neither_loses_the_refusal_nor_sends_again()
    {
        var customer = await Bank.Customer();
        var code = await Mailed(customer);
        await using var phone = await Chromium.OpenPhone();
        await phone.Try("language midway", async page =>
        {
            var (sent, answer) = (0, new TaskCompletionSource());
            await page.RouteAsync("**/app/v1/activations", async route =>
            {
                sent++;
                await answer.Task;
                await route.ContinueAsync();
            });
            await page.GotoAsync($"{Centre.Url}app/#d={code}");
            await page.Locator("#serviceId").WaitForAsync();
            await page.FillAsync("#activationPin", "0000");
            await page.ClickAsync("#language");
            (await page.InputValueAsync("#activationPin")).ShouldBe("0000");
            await TypeIds(page, customer, "0000");
            await page.ClickAsync("#language");
            await Assertions.Expect(page.Locator("#submitActivation")).ToBeDisabledAsync();
            await page.PressAsync("#userId", "Enter");
            answer.SetResult();

            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync("正しくありません");
            (await page.TitleAsync()).ShouldStartWith("エラー：初期設定");
            await page.ClickAsync("#language");
            await Assertions.Expect(page.Locator("#errorSummary")).ToContainTextAsync("is not right");
            (await page.TitleAsync()).ShouldStartWith("Error: Set up");
            sent.ShouldBe(1);

            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
            (await page.TitleAsync()).ShouldNotContain("Error");
        });
        phone.ShouldHaveNoErrors(IsRefusal);
    }

    [Fact]
    public async Task What_was_pasted_stays_in_another_language()
    {
        await using var phone = await Chromium.OpenPhone();
        await phone.Try("language mail", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/");
            await page.ClickAsync("#wayMail");
            await page.FillAsync("#downloadLink", "https://otp.example/d/");
            await page.ClickAsync("#language");
            (await page.InputValueAsync("#downloadLink")).ShouldBe("https://otp.example/d/");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_renewal_amid_which_night_falls_runs_once()
    {
        var customer = await Bank.Customer();
        await using var phone = await Activated(customer);
        await phone.Try("renewal midway", async page =>
        {
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(710));
            await page.ReloadAsync();
            var (sent, answer) = (0, new TaskCompletionSource());
            await page.RouteAsync("**/app/v1/renewals", async route =>
            {
                sent++;
                await answer.Task;
                await route.AbortAsync();
            });
            await page.ClickAsync("#renew");
            await Assertions.Expect(page.Locator("#renew")).ToBeDisabledAsync();
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await Assertions.Expect(page.Locator("#renew")).ToBeDisabledAsync();
            answer.SetResult();
            await Assertions.Expect(page.Locator("#renewalStatus")).ToContainTextAsync("まだ終わっていません");
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await Assertions.Expect(page.Locator("#renewalStatus")).ToContainTextAsync("まだ終わっていません");
            sent.ShouldBe(1);
        });
        phone.ShouldHaveNoErrors(error => error.Contains("net::ERR_FAILED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_renewal_is_tried_also_after_a_call_that_nobody_answered()
    {
        var customer = await Bank.Customer();
        await using var phone = await Activated(customer);
        await phone.Try("renewal after silence", async page =>
        {
            KeepTime();
            (await customer.Confirm(await Digits(page))).Code.ShouldBe(200);
            await Leap(phone, TimeSpan.FromDays(710));
            await page.RouteAsync("**/app/v1/time", route => route.AbortAsync());
            await page.ReloadAsync();
            await page.Locator("#offline:not([hidden])").WaitForAsync();

            await page.ClickAsync("#renew");

            await Assertions.Expect(page.Locator("#news")).ToContainTextAsync("有効期限を更新しました");
            (await customer.Verify(await Digits(page)))["result"].ShouldBe("accepted");
            await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
            await phone.Context.SetOfflineAsync(true);
            await Leap(phone, TimeSpan.FromDays(710));
            await page.ReloadAsync();
            await page.ClickAsync("#renew");
            await Assertions.Expect(page.Locator("#renewalStatus")).ToHaveTextAsync("オフラインのため、有効期限更新は行えません。");
        });
        phone.ShouldHaveNoErrors(error => error.Contains("net::ERR_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_version_of_the_app_waits_for_the_call_that_makes_a_token()
    {
        await Centre.Bank("9002", "shinkin-personal");
        await using var phone = await Chromium.OpenPhone();
        await phone.Try("update midway", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/");
            await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
            await page.GotoAsync("about:blank");
            await page.GotoAsync($"{Centre.Url}app/#i=9002");
            var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
            await page.RouteAsync("**/app/v1/enrollments", async route =>
            {
                asked.SetResult();
                await answer.Task;
                await route.ContinueAsync();
            });
            await page.ClickAsync("#makeToken");
            await asked.Task;

            await page.EvaluateAsync(UpdateInTheBackground);
            await page.WaitForTimeoutAsync(500);
            answer.SetResult();

            await Assertions.Expect(page.Locator("#news")).ToContainTextAsync("トークンを作成しました");
            (await page.EvaluateAsync<bool>("() => window.sameAsBefore")).ShouldBeTrue();
            await page.EvaluateAsync("() => { setTimeout(() => document.dispatchEvent(new Event('visibilitychange'))); }");
            await page.WaitForFunctionAsync("() => !window.sameAsBefore");
            await Digits(page); // and now there is nothing to wait for
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task The_back_button_takes_the_question_about_removal_away()
    {
        await using var phone = await Activated(await Bank.Customer());
        await phone.Try("back from removal", async page =>
        {
            await page.ClickAsync("#addToken");
            await page.ClickAsync("#back");
            await page.ClickAsync("#removeToken");
            await page.Locator("#removeDialog").WaitForAsync();
            await page.EvaluateAsync("() => history.back()");
            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("トークンを追加");
            (await page.Locator("#removeDialog").CountAsync()).ShouldBe(0);
            await page.ClickAsync("#back");
            await Digits(page); // the token is still there
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task An_offer_to_install_disturbs_nothing_and_one_that_is_turned_down_goes_away()
    {
        await using var phone = await Activated(await Bank.Customer());
        await phone.Try("installation", async page =>
        {
            var shown = await page.QuerySelectorAsync("#otp");
            await page.FocusAsync("#otp");
            await page.EvaluateAsync(Offer);
            await page.Locator("#install").WaitForAsync();
            (await shown!.EvaluateAsync<bool>("otp => otp === document.activeElement")).ShouldBeTrue();
            await page.ClickAsync("#install");
            await page.Locator("#install").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            (await page.EvaluateAsync<string>("() => document.activeElement.tagName")).ShouldBe("H1");

            await page.EvaluateAsync(Offer);
            await page.Locator("#installHint .note-close").PressAsync("Enter");
            (await page.EvaluateAsync<string>("() => document.activeElement.tagName")).ShouldBe("H1");
        });
        phone.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task The_password_is_whole_at_twice_the_size_of_letters()
    {
        await using var phone = await Activated(await Bank.Customer());
        await phone.Try("large letters", async page =>
        {
            await page.SetViewportSizeAsync(360, 780);
            await page.EvaluateAsync("() => { document.documentElement.style.fontSize = '200%'; document.querySelector('.code').classList.add('ending'); document.querySelector('.next-code').textContent = '888 888'; }");
            await phone.Screenshot("app-200");
            var cut = await page.EvaluateAsync<string[]>(
                """
                () => [...document.querySelectorAll('#otp, .ring, .next-code')]
                  .filter(node => {
                    const text = document.createRange();
                    text.selectNodeContents(node);
                    const card = document.getElementById('card').getBoundingClientRect();
                    return Math.max(node.getBoundingClientRect().right, text.getBoundingClientRect().right) > card.right;
                  })
                  .map(node => node.className.baseVal ?? node.className)
                """);
            cut.ShouldBeEmpty();
        });
    }
}
