using System.Net;
using System.Text.RegularExpressions;

namespace KenshinOtp.Support;

/// <summary>The staff console in a browser without script: keeps cookies, follows no redirection, posts forms with their hidden token.</summary>
public sealed partial class StaffScreen : IDisposable
{
    private readonly HttpClient _http;

    public StaffScreen(Centre centre)
    {
        Url = centre.Url;
        _http = new(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = centre.Url };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>The cookie that stands for the session; null without one.</summary>
    public string? Session
    {
        get => Cookies.GetCookies(new Uri(Url, "/staff")).FirstOrDefault(cookie => cookie.Name == "kotp_staff")?.Value;
        set => Cookies.Add(new Cookie("kotp_staff", value, "/staff", Url.Host));
    }

    private Uri Url { get; }

    public static async Task<StaffScreen> At(Centre centre, Clerk clerk, string? returnUrl = null)
    {
        var screen = new StaffScreen(centre);
        await screen.LogIn(clerk, returnUrl);
        return screen;
    }

    public Task<HttpResponseMessage> Get(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<string> Read(string path) => _http.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>Opens the page with the form and sends it.</summary>
    public async Task<HttpResponseMessage> Send(string page, string action, params (string Name, string Value)[] fields)
    {
        var html = await (await Get(page)).Content.ReadAsStringAsync();
        var token = WebUtility.HtmlDecode(Antiforgery().Match(html).Groups["token"].Value);
        return await Post(action, [.. fields, ("__RequestVerificationToken", token)]);
    }

    /// <summary>Sends what no form of the console would.</summary>
    public Task<HttpResponseMessage> Post(string action, params (string Name, string Value)[] fields) => _http.PostAsync(
        new Uri(action, UriKind.Relative), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>The first step.</summary>
    public Task<HttpResponseMessage> Begin(Clerk clerk, string password = Clerk.Password, string? returnUrl = null)
    {
        var page = returnUrl is null ? "/staff/login" : $"/staff/login?returnUrl={Uri.EscapeDataString(returnUrl)}";
        return Send(page, page, ("Institution", clerk.Institution), ("Login", clerk.Login), ("Password", password));
    }

    /// <summary>Both steps.</summary>
    /// <returns>The answer to the second.</returns>
    public async Task<HttpResponseMessage> LogIn(Clerk clerk, string? returnUrl = null)
    {
        var next = (await Begin(clerk, Clerk.Password, returnUrl)).Headers.Location?.OriginalString ?? throw new InvalidOperationException("The password was refused.");
        var answer = await Send(next, next, ("Otp", clerk.OneTimePassword()));
        clerk.Wait();
        return answer;
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"(?<token>[^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Antiforgery();
}
