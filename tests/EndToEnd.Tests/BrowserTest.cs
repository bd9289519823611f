using KenshinOtp.Data;
using KenshinOtp.Otp;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using KenshinOtp.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>One browser for the whole project: starting it costs seconds.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Chromium";
}

/// <summary>A centre whose clock is the browsers' own, and one けんしん bank.</summary>
[Collection(BrowserCollection.Name)]
public abstract class BrowserTest(Chromium chromium) : IAsyncLifetime
{
    protected Chromium Chromium => chromium;

    protected Centre Centre { get; private set; } = null!;

    protected Bank Bank { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        Centre.Clock.Set(TimeProvider.System.GetUtcNow());
        Bank = await Centre.Bank();
    }

    public virtual async Task DisposeAsync() => await Centre.DisposeAsync();

    /// <summary>The centre's clock catches up with the machine's, which the browsers show.</summary>
    protected void KeepTime() => Centre.Clock.Set(TimeProvider.System.GetUtcNow());

    /// <summary>Both clocks leap: the centre's and the browser's.</summary>
    protected async Task Leap(Visit visit, TimeSpan by)
    {
        Centre.Clock.Advance(by);
        await visit.Context.Clock.SetSystemTimeAsync(Centre.Now.UtcDateTime);
    }

    /// <summary>The digits of the app once they are there.</summary>
    protected static async Task<string> Digits(IPage page)
    {
        var otp = page.Locator("#otp:not([data-otp=''])");
        await otp.WaitForAsync();
        return await otp.GetAttributeAsync("data-otp") ?? "";
    }

    /// <summary>What <c>oathtool</c> says to the secret that the centre holds, now or a step to either side: the page may have just turned.</summary>
    protected async Task<IReadOnlyList<string>> OathTool(string serial, DateTimeOffset at)
    {
        SerialNumber.TryParse(serial, out var number).ShouldBeTrue();
        await using var session = await Centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        var token = (await Centre.Services.GetRequiredService<TokenStore>().BySerial(session, number, CancellationToken.None)).ShouldHaveSingleItem();
        var secret = Centre.Services.GetRequiredService<TokenSecrets>().Open(token.Id, token.NextSecret ?? token.Secret!).Reveal().ToArray();
        var digits = new List<string>();
        foreach (var second in new[] { 0, -token.Period, token.Period })
            digits.Add(await Support.Oath.OathTool.Totp(secret, token.Algorithm.WireName(), token.Digits, token.Period, at.AddSeconds(second), CancellationToken.None));
        return digits;
    }

    /// <summary>A smartphone on which the customer's token is set up.</summary>
    protected async Task<Visit> Activated(Customer customer)
    {
        var phone = await Chromium.OpenPhone();
        await phone.Try("activation", async page =>
        {
            await page.GotoAsync($"{Centre.Url}app/#d={await Mailed(customer)}");
            await page.Locator("#serviceId").WaitForAsync();
            await TypeIds(page, customer, Customer.Pin);
            await Digits(page);
        });
        return phone;
    }

    /// <summary>The code of the link in the customer's mail.</summary>
    protected async Task<string> Mailed(Customer customer)
    {
        (await customer.Issue("taro@docomo.ne.jp")).Code.ShouldBe(202);
        return (await Centre.DeliveredMails())[^1].Link!.Segments[^1];
    }

    /// <summary>A member of staff of the bank, logged in at a desk.</summary>
    protected async Task<Visit> AtDesk(StaffRole role) =>
        await AtDesk(await Clerk.Hire(Centre, Bank.Code, role.ToString().ToLowerInvariant(), role, role.IsOfBranch() ? "001" : null));

    protected async Task<Visit> AtDesk(Clerk clerk)
    {
        var visit = await Chromium.OpenDesk(Centre.Url);
        await visit.Try("staff log-in", async page =>
        {
            await page.GotoAsync("/staff");
            await LogIn(page, clerk);
            await page.WaitForURLAsync("**/staff");
        });
        return visit;
    }

    /// <summary>Both steps of the log-in.</summary>
    protected static async Task LogIn(IPage page, Clerk clerk)
    {
        await page.FillAsync("#Institution", clerk.Institution);
        await page.FillAsync("#Login", clerk.Login);
        await page.FillAsync("#Password", Clerk.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("[autocomplete=one-time-code]").FillAsync(clerk.OneTimePassword());
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync(url => !url.Contains("/otp", StringComparison.Ordinal));
        clerk.Wait();
    }

    /// <summary>Fills the app's three fields.</summary>
    protected static async Task TypeIds(IPage page, Customer customer, string pin)
    {
        await page.FillAsync("#serviceId", customer.ServiceId);
        await page.FillAsync("#userId", customer.UserId);
        await page.FillAsync("#activationPin", pin);
        await page.ClickAsync("#submitActivation");
    }

    /// <summary>Chromium notes every answer of 400 and more; where a test provokes one, it is no complaint of the page.</summary>
    protected static bool IsRefusal(string error) => error.Contains("the server responded with a status of 4", StringComparison.Ordinal);
}
