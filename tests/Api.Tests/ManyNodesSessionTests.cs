using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Portal;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Log-ins, sessions, forms and links on two nodes.</summary>
public sealed partial class ManyNodesSessionTests : ManyNodesTest
{
    [Fact]
    public async Task Passwords_that_are_guessed_on_two_nodes_at_once_make_both_wait_from_the_bound_on_and_once()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);

        var refusals = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
            (await Node(i).Services.GetRequiredService<SignIn>().Begin("9001", clerk.Login, $"wrong password {i}", new("127.0.0.1", "a browser"), CancellationToken.None)).Problem?.Code)));

        refusals.ShouldAllBe(code => code == "sign_in_failed");
        for (var i = 0; i < 2; i++)
            (await Node(i).Services.GetRequiredService<SignIn>().Begin("9001", clerk.Login, Clerk.Password, new("127.0.0.1", "a browser"), CancellationToken.None)).Problem.ShouldNotBeNull();
        (await Audit.Actions(Centre)).Count(action => action == "staff.signInPaused").ShouldBe(1);
        (await Audit.Actions(Centre)).ShouldNotContain("staff.locked");
        Centre.Clock.Advance(SignIn.Pause);
        (await Centre.Services.GetRequiredService<SignIn>().Begin("9001", clerk.Login, Clerk.Password, new("127.0.0.1", "a browser"), CancellationToken.None)).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_session_and_a_form_of_one_node_serve_on_theOther()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);
        using var here = await StaffScreen.At(Centre, clerk);
        using var there = new HttpClient(new HttpClientHandler { CookieContainer = here.Cookies, AllowAutoRedirect = false }) { BaseAddress = Other.Url };

        var home = await there.GetAsync(new Uri("staff", UriKind.Relative));
        home.StatusCode.ShouldBe(HttpStatusCode.OK);
        var form = await here.Read("staff/sessions");
        var token = WebUtility.HtmlDecode(Antiforgery().Match(form).Groups[1].Value);
        token.ShouldNotBeEmpty();
        var left = await there.PostAsync(new Uri("staff/logout", UriKind.Relative), new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));

        left.Headers.Location.ShouldNotBeNull().OriginalString.ShouldBe("/staff/login");
        (await here.Get("staff")).StatusCode.ShouldNotBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_of_forms_from_before_an_upgrade_are_taken_over()
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(Centre.Directory, "keys", "http")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "key-old.xml"), """
            <key id="80732141-ec8f-4b80-af9c-c4d2d1ff8901" version="1">
              <creationDate>2020-01-01T00:00:00Z</creationDate><activationDate>2020-01-01T00:00:00Z</activationDate><expirationDate>2020-03-31T00:00:00Z</expirationDate>
            </key>
            """);

        await using var upgraded = await Centre.Beside();

        (await upgraded.Services.GetRequiredService<HttpKeys>().All(CancellationToken.None)).ShouldContain(key => key.Contains("80732141", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_that_is_followed_on_two_nodes_at_once_opens_one_session()
    {
        var customer = await Bank.Customer();
        var opened = await Bank.Post("portal-sessions", new { serviceId = customer.ServiceId, userId = customer.UserId, page = "issue", returnUrl = "https://bank.example/" });
        BearerCode.TryParse(new Uri(opened["url"]!).Segments[^1], out var link).ShouldBeTrue();

        var cookies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            await using var scope = Node(i).Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<PortalSessions>().Redeem(link, CancellationToken.None);
        })));

        cookies.Count(cookie => cookie is not null).ShouldBe(1);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Antiforgery();
}
