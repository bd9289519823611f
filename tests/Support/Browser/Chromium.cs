using Microsoft.Playwright;
using Xunit;

namespace KenshinOtp.Support.Browser;

/// <summary>
/// The real Chromium of Debian's package, without a window: an xunit class or collection fixture. Each visit is a fresh profile.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";
    private const string TimeZone = "Asia/Tokyo";
    private const string Locale = "ja-JP";

    private static readonly string[] Arguments =
    [
        "--no-sandbox",                        // tests run as root
        "--disable-gpu",
        "--disable-dev-shm-usage",             // containers have a small /dev/shm
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // A page that needs anything from another host must fail here and not first at a customer.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>A smartphone held upright, with touch.</summary>
    public static BrowserNewContextOptions Phone => new()
    {
        ViewportSize = new ViewportSize { Width = 390, Height = 844 },
        DeviceScaleFactor = 2,
        IsMobile = true,
        HasTouch = true,
        UserAgent = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36",
        Locale = Locale,
        TimezoneId = TimeZone,
    };

    /// <summary>
    /// The screen, the keys (no touch) and the name of a Japanese flip phone of 2019. The engine stays today's: what such a phone
    /// cannot run at all, this does not show.
    /// </summary>
    public static BrowserNewContextOptions FeaturePhone => new()
    {
        ViewportSize = new ViewportSize { Width = 240, Height = 320 },
        DeviceScaleFactor = 1,
        IsMobile = true,
        HasTouch = false,
        UserAgent = "Mozilla/5.0 (Linux; Android 8.1.0; KYF40 Build/1.020VN.0001.a) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.108 Mobile Safari/537.36",
        Locale = Locale,
        TimezoneId = TimeZone,
    };

    /// <summary>A desk at a branch or at home.</summary>
    public static BrowserNewContextOptions Desk => new()
    {
        ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
        Locale = Locale,
        TimezoneId = TimeZone,
    };

    public Task<Visit> OpenPhone(Uri? baseUrl = null) => Open(Phone, baseUrl);

    public Task<Visit> OpenFeaturePhone(Uri? baseUrl = null) => Open(FeaturePhone, baseUrl);

    public Task<Visit> OpenDesk(Uri? baseUrl = null) => Open(Desk, baseUrl);

    /// <summary>Opens a fresh profile; addresses without a host are then read against <paramref name="baseUrl"/>.</summary>
    public async Task<Visit> Open(BrowserNewContextOptions device, Uri? baseUrl = null)
    {
        if (browser is null)
            throw new InvalidOperationException("The browser is not started: use this class as an xunit fixture.");

        device.BaseURL = baseUrl?.ToString();
        var context = await browser.NewContextAsync(device);
        context.SetDefaultTimeout(15_000);
        return await Visit.Open(context);
    }

    public async Task InitializeAsync()
    {
        if (!File.Exists(Executable))
            throw new InvalidOperationException($"{Executable} is missing; test.sh installs what the tests need.");

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Headless = true,
            Args = Arguments,
        });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }
}
