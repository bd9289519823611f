using KenshinOtp.Support.Browser;

namespace KenshinOtp.Worker.Tests.RealParts;

/// <summary>That the browser is real, is the device it says, and keeps what pages complain of.</summary>
public sealed class ChromiumTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string AboutMe =
        "() => [innerWidth, innerHeight, navigator.maxTouchPoints > 0, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, /Mobile/.test(navigator.userAgent)].join()";

    [Fact]
    public async Task A_page_opens_on_each_device()
    {
        await using var phone = await chromium.OpenPhone();
        await using var keypad = await chromium.OpenFeaturePhone();
        await using var desk = await chromium.OpenDesk();

        (await Look(phone)).ShouldBe("390,844,true,ja-JP,Asia/Tokyo,true");
        (await Look(keypad)).ShouldBe("240,320,false,ja-JP,Asia/Tokyo,true");
        (await Look(desk)).ShouldBe("1280,800,false,ja-JP,Asia/Tokyo,false");
    }

    [Fact]
    public async Task What_a_page_complains_of_is_kept()
    {
        await using var visit = await chromium.OpenDesk();

        await visit.Page.GotoAsync("data:text/html,<script>console.error('spoken'); setTimeout(() => { throw new Error('thrown'); })</script>");
        await visit.Page.WaitForTimeoutAsync(200);

        visit.Errors.ShouldContain(error => error.Contains("spoken", StringComparison.Ordinal));
        visit.Errors.ShouldContain(error => error.Contains("thrown", StringComparison.Ordinal));
        Should.Throw<ShouldAssertException>(() => visit.ShouldHaveNoErrors());
    }

    [Fact]
    public async Task A_failed_step_leaves_a_screenshot()
    {
        await using var visit = await chromium.OpenFeaturePhone();

        var failure = await Should.ThrowAsync<VisitFailedException>(() => visit.Try("selftest of a failed step", async page =>
        {
            await page.GotoAsync("data:text/html;charset=utf-8,<h1>失敗</h1>");
            throw new InvalidOperationException("as planned");
        }));

        failure.Message.ShouldContain("as planned");
        var path = failure.Message.Split('\n').Single(line => line.StartsWith("Screenshot: ", StringComparison.Ordinal))[12..];
        new FileInfo(path).Length.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task No_page_reaches_another_host()
    {
        await using var visit = await chromium.OpenDesk();

        var failure = await Should.ThrowAsync<Microsoft.Playwright.PlaywrightException>(() => visit.Page.GotoAsync("http://outside.example/"));

        failure.Message.ShouldContain("ERR_NAME_NOT_RESOLVED");
    }

    private static async Task<string> Look(Visit visit)
    {
        await visit.Page.GotoAsync("data:text/html;charset=utf-8,<meta name=viewport content='width=device-width'><h1>こんにちは</h1>");
        visit.ShouldHaveNoErrors();
        (await visit.Page.Locator("h1").InnerTextAsync()).ShouldBe("こんにちは");
        return await visit.Page.EvaluateAsync<string>(AboutMe);
    }
}
