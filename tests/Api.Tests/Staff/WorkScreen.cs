using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Otp;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The console as a member of staff meets it over HTTP, once logged in; redirections are answers.</summary>
internal sealed class WorkScreen(Centre centre, string cookie) : IDisposable
{
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Jar(centre.Url, cookie) })
    {
        BaseAddress = centre.Url,
        DefaultRequestHeaders = { { "Accept-Language", "ja" } },
    };

    /// <summary>Adds a member of staff and logs in.</summary>
    public static async Task<WorkScreen> Open(Centre centre, StaffRole role, string? branch = "001", string institution = "9001", string? login = null)
    {
        var clerk = await Clerk.Hire(centre, institution, login ?? $"{role}{branch}".ToLowerInvariant(), role, branch);
        var signIn = centre.Services.GetRequiredService<SignIn>();
        var sessions = centre.Services.GetRequiredService<StaffSessions>();
        var half = await signIn.Begin(institution, clerk.Login, Clerk.Password, new("127.0.0.1", "a browser"), CancellationToken.None);
        OtpCode.TryParse(clerk.OneTimePassword(), out var otp).ShouldBeTrue();
        var full = await signIn.Prove((await sessions.Find(half.Value, CancellationToken.None))!, otp, CancellationToken.None);
        centre.Clock.Advance(TimeSpan.FromSeconds(StaffToken.Period));
        return new(centre, full.Value.Reveal());
    }

    public async Task<WorkPage> Get(string path) => await WorkPage.Of(await _http.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>Fills in the form of a page and sends it, to the page itself or to another of its buttons.</summary>
    public async Task<WorkPage> Send(string page, string? to = null, params (string Name, string Value)[] fields) =>
        await Post(to ?? page, [.. (await Get(page)).Hidden.Where(hidden => !fields.Any(field => field.Name == hidden.Name)), .. fields]);

    public async Task<WorkPage> Post(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await WorkPage.Of(await _http.PostAsync(new Uri(path, UriKind.Relative), form));
    }

    public async Task<byte[]> Download(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await (await _http.PostAsync(new Uri(path, UriKind.Relative), form)).Content.ReadAsByteArrayAsync();
    }

    public void Dispose() => _http.Dispose();

    private static CookieContainer Jar(Uri url, string cookie)
    {
        var jar = new CookieContainer();
        jar.Add(new Cookie("kotp_staff", cookie, "/staff", url.Host));
        return jar;
    }
}

/// <summary>A page as it came.</summary>
internal sealed partial record WorkPage(int Status, string? Location, string Html)
{
    /// <summary>What the page says, without the frame around it.</summary>
    public string Main => MainElement().Match(Html).Value;

    /// <summary>The hidden fields of the page's first form.</summary>
    public (string Name, string Value)[] Hidden =>
        [.. HiddenField().Matches(Main).Select(match => (Name: match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value))).DistinctBy(pair => pair.Name)];

    public static async Task<WorkPage> Of(HttpResponseMessage answer) =>
        new((int)answer.StatusCode, answer.Headers.Location?.ToString(), await answer.Content.ReadAsStringAsync());

    [GeneratedRegex("<main.*</main>", RegexOptions.Singleline, matchTimeoutMilliseconds: 5000)]
    private static partial Regex MainElement();

    [GeneratedRegex("<input(?: type=\"hidden\")? name=\"([^\"]+)\" (?:type=\"hidden\" )?value=\"([^\"]*)\"", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HiddenField();
}
