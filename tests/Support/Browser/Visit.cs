using System.Collections.Concurrent;
using Microsoft.Playwright;
using Shouldly;

namespace KenshinOtp.Support.Browser;

/// <summary>One person at one device: a browser profile of its own, its first page, and every complaint of the browser.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> errors = new();

    private Visit(IBrowserContext context, IPage page)
    {
        Context = context;
        Page = page;
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>
    /// What any page of the visit wrote to the console as an error, and what it threw. Chromium counts an answer of 400 or more
    /// among them ("Failed to load resource: the server responded with a status of …").
    /// </summary>
    public IReadOnlyList<string> Errors => [.. errors];

    /// <summary>Fails when a page complained of anything but what the test expects.</summary>
    public void ShouldHaveNoErrors(Predicate<string>? exceptFor = null) =>
        Errors.Where(error => exceptFor is null || !exceptFor(error)).ShouldBeEmpty();

    /// <summary>Runs steps on the page; if one fails, leaves a screenshot under TestResults and says where.</summary>
    public async Task Try(string name, Func<IPage, Task> steps)
    {
        try
        {
            await steps(Page);
        }
        catch (Exception e)
        {
            var path = await Screenshot(name);
            throw new VisitFailedException($"{name}: {e.Message}\nPage: {Page.Url}\nScreenshot: {path}\n{string.Join('\n', Errors)}", e);
        }
    }

    /// <summary>Saves the whole page as TestResults/screenshots/<paramref name="name"/>.png and returns the path.</summary>
    public async Task<string> Screenshot(string name)
    {
        var fileName = string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? c : '_')) + ".png";
        var path = Path.Combine(TestResults.Directory, "screenshots", fileName);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = path, FullPage = true });
        return path;
    }

    /// <summary>Follows a link that stands on a page of another site, in another tab.</summary>
    public async Task ComeFromElsewhere(Uri link)
    {
        const string elsewhere = "http://mail.example/";
        var tab = await Context.NewPageAsync();
        await tab.RouteAsync(elsewhere, route => route.FulfillAsync(new() { ContentType = "text/html", Body = $"<a href=\"{link}\">link</a>" }));
        await tab.GotoAsync(elsewhere);
        await tab.ClickAsync("a");
        await tab.Locator("h1").WaitForAsync();
        await tab.CloseAsync();
    }

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();

    internal static async Task<Visit> Open(IBrowserContext context)
    {
        var visit = new Visit(context, await context.NewPageAsync());
        context.Console += (_, message) =>
        {
            if (string.Equals(message.Type, "error", StringComparison.Ordinal))
                visit.errors.Enqueue($"{message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => visit.errors.Enqueue($"{error.Error} ({error.Page?.Url})");
        return visit;
    }
}
