using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>The hosted pages of an institution whose apps make their own tokens, seen without a browser: two contracts, one of them with a general user.</summary>
public abstract partial class PortalTest() : ShinkinTest("shinkin-business")
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Bank.Customer();
        await Bank.Customer(userId: "sato", role: "general");
        await Bank.Customer("S2000002", "suzuki");
    }

    protected async Task<Phone> Registered(string userId, string serviceId = "S1000001")
    {
        var phone = await Bank.EnrolledPhone();
        (await new Customer(Bank, serviceId, userId).Register(phone.Serial, await phone.Password())).Message.EnsureSuccessStatusCode();
        WaitForNextPassword();
        return phone;
    }

    protected async Task<string?> Status(string userId, string serviceId = "S1000001") =>
        (await Bank.Get($"contracts/{serviceId}/users/{userId}"))["token.status"];

    protected async Task<HttpClient> Visit(string userId, string serviceId = "S1000001", Bank? bank = null)
    {
        var http = new HttpClient { BaseAddress = Centre.Url };
        (await http.GetAsync(await Link(userId, serviceId, bank: bank))).EnsureSuccessStatusCode();
        return http;
    }

    protected async Task<Uri> Link(string userId, string serviceId = "S1000001", string returnUrl = "https://bank.example/", Bank? bank = null) =>
        new((await (bank ?? Bank).Post("portal-sessions", new { serviceId, userId, page = "manage", returnUrl }))["url"]!);

    protected HttpClient Browser() => Browser(out _);

    /// <summary>A browser that keeps its cookies and shows where it is sent, without going there.</summary>
    protected HttpClient Browser(out CookieContainer cookies)
    {
        cookies = new CookieContainer();
        return new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = Centre.Url };
    }

    protected static Uri At(string page) => new("/portal/" + page, UriKind.Relative);

    /// <summary>The link back to the bank of a page.</summary>
    protected static Uri WayBack(string page)
    {
        var link = Leave().Match(page);
        link.Success.ShouldBeTrue(page);
        return new(link.Groups["href"].Value, UriKind.Relative);
    }

    /// <summary>Opens a page, fills its form and sends it.</summary>
    protected static async Task<string> Post(HttpClient http, string page, params (string Name, string Value)[] typed)
    {
        using var answer = await Send(http, page, Token().Match(await http.GetStringAsync(At(page))).Groups["token"].Value, typed);
        return await answer.Content.ReadAsStringAsync();
    }

    protected static Task<HttpResponseMessage> Send(HttpClient http, string page, string token, params (string Name, string Value)[] typed)
    {
        var fields = typed.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(KeyValuePair.Create("__RequestVerificationToken", token));
        return http.PostAsync(At(page), new FormUrlEncodedContent(fields));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, 1000)]
    protected static partial Regex Token();

    [GeneratedRegex("href=\"(?<href>/portal/leave\\?visit=[0-9a-f]{32})\"", RegexOptions.None, 1000)]
    private static partial Regex Leave();
}
