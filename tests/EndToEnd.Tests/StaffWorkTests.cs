using System.Text;
using System.Text.RegularExpressions;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>What staff do at their desks, in a real browser.</summary>
public sealed partial class StaffWorkTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_teller_drafts_an_approver_approves_and_the_receipt_prints_on_one_page()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await using var teller = await AtDesk(StaffRole.Teller);
        await using var approver = await AtDesk(StaffRole.Approver);

        await teller.Try("staff draft", async page =>
        {
            await page.GotoAsync($"/staff/contracts/{customer.ServiceId}");
            await page.GetByRole(AriaRole.Link, new() { Name = "失効" }).First.ClickAsync();
            await page.GetByLabel("届出書番号").FillAsync("Ａ_2026");
            await page.GetByLabel("紛失").CheckAsync();
            await Assertions.Expect(page.Locator(".audit-lines").First).ToContainTextAsync("使えない文字");
            await page.GetByLabel("届出書番号").FillAsync("Ａー2026―014");
            await page.GetByLabel("補足").FillAsync("駅で落とした");
            await Assertions.Expect(page.Locator(".audit-lines")).ToContainTextAsync("届出書 A-2026-014、紛失、「駅で落とした」、起案 職員 teller");
            await teller.Screenshot("staff-act");
            await page.GetByRole(AriaRole.Button, new() { Name = "失効を起案する" }).ClickAsync();
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("別の役席の承認を待っています");
            await teller.Screenshot("staff-draft-own");
        });
        await approver.Try("staff approval", async page =>
        {
            await page.GotoAsync("/staff");
            await page.Locator("[data-rows] a").First.PressAsync("Enter");
            await approver.Screenshot("staff-draft");
            await page.GetByRole(AriaRole.Button, new() { Name = "失効を承認する" }).ClickAsync();
            await Assertions.Expect(page.Locator(".slip")).ToContainTextAsync("A-2026-014");
            await Assertions.Expect(page.Locator(".slip")).ToContainTextAsync("職員 approver");
            await approver.Screenshot("staff-receipt");
            var pdf = Encoding.Latin1.GetString(await page.PdfAsync(new() { PreferCSSPageSize = true }));
            PdfPage().Count(pdf).ShouldBe(1);
            pdf.ShouldMatch(@"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]");
        });

        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_revoked");
        teller.ShouldHaveNoErrors();
        approver.ShouldHaveNoErrors();
    }

    [Fact]
    public async Task A_call_centre_suspends_by_keyboard_alone()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await using var desk = await AtDesk(StaffRole.CallCentre);

        await desk.Try("staff suspension", async page =>
        {
            await page.GotoAsync($"/staff/contracts/{customer.ServiceId}/act?action=suspend&user={customer.UserId}");
            await page.Keyboard.PressAsync("Tab");
            while (await page.EvaluateAsync<string>("() => document.activeElement.id") != "formNumber")
                await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.TypeAsync("N-7");
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.PressAsync("ArrowDown");
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(page.Locator(".slip")).ToContainTextAsync("盗難");
        });

        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_suspended");
        desk.ShouldHaveNoErrors();
    }

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PdfPage();
}
