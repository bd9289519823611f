using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using KenshinOtp.Support;
using KenshinOtp.Support.Browser;
using KenshinOtp.Support.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>Phones that keep the apps' files, while a new release comes to one server after the other, and after a release that was bad.</summary>
public sealed class ReleaseTests(Chromium chromium) : BrowserTest(chromium)
{
    /// <summary>Has the browser fetch a worker; returns whether it has kept its files.</summary>
    private const string Keeps =
        """
        async (script) => {
          const { installing, waiting, active } = await navigator.serviceWorker.register(script);
          const worker = installing ?? waiting ?? active;
          while (['parsed', 'installing'].includes(worker.state)) await new Promise((later) => setTimeout(later, 50));
          return worker.state !== 'redundant';
        }
        """;

    /// <summary>Whether the browser comes upon another worker without being asked, and that one keeps its files.</summary>
    private const string FindsAnother =
        """
        async () => {
          for (let tries = 0; tries < 300; tries++) {
            if ((await navigator.serviceWorker.getRegistration()).waiting) return true;
            await new Promise((later) => setTimeout(later, 100));
          }
          return false;
        }
        """;

    [Theory]
    [InlineData("app", "app/text/ja.js")]
    [InlineData("k", "k/words.js")]
    public async Task Files_of_two_releases_are_not_kept_together(string app, string fileOfAnother)
    {
        await using var front = await Front.Of(Centre);
        await using var phone = await Chromium.OpenPhone();
        await phone.Try($"mixed {app}", async page =>
        {
            front.Change[fileOfAnother] = text => text + "\n// of another release\n";
            await page.GotoAsync($"{front.Url}{app}/");
            (await page.EvaluateAsync<bool>(Keeps, $"/{app}/sw.js")).ShouldBeFalse();

            front.Change.Clear();
            (await page.EvaluateAsync<bool>(Keeps, $"/{app}/sw.js")).ShouldBeTrue();
            await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");

            await phone.Context.SetOfflineAsync(true);
            await page.ReloadAsync();
            await page.Locator("#wayMail, [accesskey='1']").First.WaitForAsync();
        });
    }

    [Fact]
    public async Task A_release_that_breaks_the_keypad_page_is_mended_by_the_next()
    {
        await using var front = await Front.Of(Centre);
        await using var phone = await Chromium.OpenFeaturePhone();
        await phone.Try("bad release", async page =>
        {
            front.Change["k/k.js"] = _ => "throw new Error('a bad release');";
            front.Change["k/sw.js"] = text => text.Replace(Hash(Front.File("k/k.js")), Hash(front.Change["k/k.js"]("")), StringComparison.Ordinal);
            await page.GotoAsync($"{front.Url}k/");
            (await page.EvaluateAsync<bool>(Keeps, "/k/sw.js")).ShouldBeTrue();
            await page.EvaluateAsync("() => navigator.serviceWorker.ready.then(() => true)");
            await page.ReloadAsync();
            (await page.Locator("h1").CountAsync()).ShouldBe(0);

            front.Change.Clear();
            await page.ReloadAsync(); // seconds after which the browser looks for another worker by itself
            (await page.EvaluateAsync<bool>(FindsAnother)).ShouldBeTrue();
            await page.ReloadAsync();

            await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("トークンを追加");
        });
    }

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Stands before the centre as a load balancer does, and may serve a file as another release has it.</summary>
    private sealed class Front : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _centre;

        private Front(WebApplication app, Uri centre, int port)
        {
            _app = app;
            _centre = new HttpClient { BaseAddress = centre };
            Url = new Uri($"http://127.0.0.1:{port}/");
        }

        public Uri Url { get; }

        /// <summary>By path, what a file is like in the other release.</summary>
        public ConcurrentDictionary<string, Func<string, string>> Change { get; } = new(StringComparer.Ordinal);

        public static async Task<Front> Of(Centre centre)
        {
            var port = FreePort.Next();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            var front = new Front(builder.Build(), centre.Url, port);
            front._app.Run(front.Pass);
            await front._app.StartAsync();
            return front;
        }

        /// <summary>A file as this release has it.</summary>
        public static string File(string path) => System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wwwroot", path));

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _centre.Dispose();
        }

        private async Task Pass(HttpContext http)
        {
            var path = http.Request.Path.Value!.TrimStart('/');
            using var answer = await _centre.GetAsync(path, http.RequestAborted);
            var body = await answer.Content.ReadAsByteArrayAsync(http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            if (Change.TryGetValue(path, out var change))
                body = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(body)));
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }
}
