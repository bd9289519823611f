using KenshinOtp.Support.Browser;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>A test on a demo of its own, with the hardware tokens of the drawer at hand.</summary>
public abstract class DemoTest(Chromium chromium) : IAsyncLifetime
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    protected Chromium Chromium => chromium;

    private protected DemoProgram Demo { get; } = new();

    public Task InitializeAsync() => Demo.Start();

    public async Task DisposeAsync() => await Demo.DisposeAsync();

    /// <returns>The password that was used up.</returns>
    protected async Task<string> Register(IPage page, Visit drawer, string link, string serial, string? otpAtLogin = null)
    {
        await page.ClickAsync(link);
        await page.FillAsync("#serial", serial);
        var otp = await Password(drawer, serial);
        await page.FillAsync("#otp", otp);
        if (otpAtLogin is not null)
            await page.CheckAsync($"#otp-at-login-{otpAtLogin}");
        await page.ClickAsync("#do-register");
        await page.Locator("#receipt-number").WaitForAsync();
        return otp;
    }

    protected static async Task Transfer(IPage page, string otp)
    {
        await page.ClickAsync("#menu-transfer");
        await page.CheckAsync("#payee-aozora");
        await page.FillAsync("#amount", "10,000");
        await page.ClickAsync("#to-confirmation");
        await page.FillAsync("#otp", otp);
        await page.ClickAsync("#do-transfer");
    }

    /// <summary>A password of the token that was not used yet: the one of now or the next, which the centre allows; else the one that comes after.</summary>
    protected async Task<string> Password(Visit drawer, string serial)
    {
        await drawer.Page.GotoAsync("/drawer");
        var device = $"#device-{serial}";
        var shown = await drawer.Page.Locator(device).EvaluateAsync<string[]>("device => [device.dataset.otp, device.dataset.next]");
        if (Array.Find(shown, otp => !_used.Contains(otp)) is not { } fresh)
        {
            var turned = drawer.Page.Locator($"{device}:not([data-next='{shown[1]}'])");
            await turned.WaitForAsync(new() { Timeout = 45_000 });
            fresh = await turned.GetAttributeAsync("data-next") ?? "";
        }

        _used.Add(fresh);
        return fresh;
    }
}
