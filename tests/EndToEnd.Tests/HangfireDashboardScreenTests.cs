using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The engine's dashboard in a real browser, which complains of everything that the Content-Security-Policy forbids.</summary>
[Collection(BrowserCollection.Name)]
public sealed class HangfireDashboardScreenTests(Chromium chromium)
{
    [Fact]
    public async Task Head_office_looks_through_the_dashboard_and_finds_back()
    {
        await using var centre = await Centre.Start(("Jobs:InProcess", "true"));
        centre.Clock.Set(TimeProvider.System.GetUtcNow());
        var clerk = await Clerk.Hire(centre, (await centre.Bank()).Code, "honbu", StaffRole.HeadOffice, branch: null);
        await using var visit = await chromium.OpenDesk(centre.Url);

        await visit.Try("engine dashboard", async page =>
        {
            await page.GotoAsync("/staff/jobs");
            await page.FillAsync("#Institution", clerk.Institution);
            await page.FillAsync("#Login", clerk.Login);
            await page.FillAsync("#Password", Clerk.Password);
            await page.Keyboard.PressAsync("Enter");
            await page.Locator("[autocomplete=one-time-code]").FillAsync(clerk.OneTimePassword());
            await page.Keyboard.PressAsync("Enter");
            await page.WaitForURLAsync("**/staff/jobs");
            await visit.Screenshot("staff-jobs-engine-link");
            await page.GetByRole(AriaRole.Link, new() { Name = "ジョブエンジンの画面を開く" }).ClickAsync();
            await Assertions.Expect(page.Locator("h1").First).ToBeVisibleAsync();
            await visit.Screenshot("engine-home");
            await page.GotoAsync("/staff/jobs/engine/recurring");
            await Assertions.Expect(page.Locator("table")).ToContainTextAsync("cleanup");
            await visit.Screenshot("engine-recurring");
            await page.GotoAsync("/staff/jobs/engine/jobs/succeeded");
            await page.Locator("table a", new() { HasText = "mail" }).First.ClickAsync();
            await Assertions.Expect(page.Locator(".state-card").First).ToBeVisibleAsync();
            await visit.Screenshot("engine-job");
            await page.Locator("a[href='/staff/jobs']").ClickAsync();
            await page.WaitForURLAsync("**/staff/jobs");
        });

        visit.ShouldHaveNoErrors(IsChartSheet);
    }

    /// <summary>The dashboard's charts try to bring a style sheet along that the page has already.</summary>
    private static bool IsChartSheet(string error) =>
        error.StartsWith("Applying inline style violates", StringComparison.Ordinal) && error.Contains("/staff/jobs/engine/js", StringComparison.Ordinal);
}
