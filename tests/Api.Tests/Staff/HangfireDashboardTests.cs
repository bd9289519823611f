using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Staff;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The dashboard of the job engine: for head office alone, to look at.</summary>
public sealed partial class HangfireDashboardTests : IAsyncLifetime
{
    private const string Dashboard = "/staff/jobs/engine";

    private Centre _centre = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start(("Jobs:InProcess", "true"));
        await _centre.Bank();
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task Nobody_is_led_to_the_log_in_from_every_address()
    {
        using var nobody = new StaffScreen(_centre);
        using var head = await At(StaffRole.HeadOffice);
        var files = Files().Matches(await head.Read(Dashboard)).Select(match => match.Groups["path"].Value).ToList();

        files.Count.ShouldBeGreaterThan(1);
        foreach (var path in files.Concat([Dashboard, Dashboard + "/recurring", Dashboard + "/nothing"]))
        {
            var answer = await nobody.Get(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, path);
            answer.Headers.Location!.OriginalString.ShouldBe($"/staff/login?returnUrl={Uri.EscapeDataString(path)}");
        }

        (await nobody.Post(Dashboard + "/stats")).Headers.Location!.OriginalString.ShouldBe("/staff/login");
    }

    [Fact]
    public async Task Between_the_two_passwords_there_is_only_the_second_step()
    {
        using var half = new StaffScreen(_centre);
        await half.Begin(await Clerk.Hire(_centre, "9001", "sato", StaffRole.HeadOffice));

        (await half.Get(Dashboard)).Headers.Location!.OriginalString.ShouldBe("/staff/otp");
    }

    [Theory]
    [InlineData(StaffRole.Teller)]
    [InlineData(StaffRole.Approver)]
    [InlineData(StaffRole.Auditor)]
    [InlineData(StaffRole.CallCentre)]
    public async Task For_others_than_head_office_it_does_not_exist(StaffRole role)
    {
        using var screen = await At(role);

        var answer = await screen.Get(Dashboard);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("Hangfire");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe-inline");
        if (role == StaffRole.Auditor)
            (await screen.Read("/staff/jobs")).ShouldNotContain(Dashboard);
    }

    [Fact]
    public async Task Head_office_finds_every_job_and_the_way_back()
    {
        using var screen = await At(StaffRole.HeadOffice);

        (await screen.Read("/staff/jobs")).ShouldContain($"href=\"{Dashboard}\"");
        var page = await screen.Read(Dashboard + "/recurring");

        foreach (var job in new[] { "mail", "expiry", "grace", "seal", "cleanup" })
            page.ShouldContain(job);
        page.ShouldContain("href=\"/staff/jobs\"");
        foreach (var path in Files().Matches(page).Select(match => match.Groups["path"].Value))
            (await screen.Get(path)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
    }

    [Fact]
    public async Task Its_pages_run_no_script_that_stands_in_them()
    {
        using var screen = await At(StaffRole.HeadOffice);

        var policy = (await screen.Get(Dashboard)).Headers.GetValues("Content-Security-Policy").Single();

        policy.ShouldContain("script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline';");
        policy.ShouldContain("frame-ancestors 'none'");
        (await screen.Get("/staff/jobs")).Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe-inline");
    }

    [Fact]
    public async Task Nothing_can_be_changed_there_with_or_without_the_hidden_token()
    {
        using var screen = await At(StaffRole.HeadOffice);
        var token = Token().Match(await screen.Read(Dashboard)).Groups["token"].Value;

        foreach (var command in new[] { "/recurring/trigger", "/recurring/remove" })
        {
            (await screen.Post(Dashboard + command, ("jobs[]", "mail"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, command);
            (await screen.Post(Dashboard + command, ("jobs[]", "mail"), ("__RequestVerificationToken", token))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, command);
        }

        (await screen.Read(Dashboard + "/recurring")).ShouldContain("mail");
    }

    [Fact]
    public async Task A_page_left_open_does_not_keep_the_session_alive()
    {
        using var screen = await At(StaffRole.HeadOffice);

        var interval = Interval().Match(await screen.Read(Dashboard)).Groups["milliseconds"].Value;

        TimeSpan.FromMilliseconds(int.Parse(interval)).ShouldBeGreaterThan(StaffSessions.IdleLimit);
    }

    private async Task<StaffScreen> At(StaffRole role) => await StaffScreen.At(_centre, await Clerk.Hire(_centre, "9001", $"{role}", role));

    [GeneratedRegex("(?:href|src)=\"(?<path>/staff/jobs/engine/(?:css|js)[^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Files();

    [GeneratedRegex("name=\"csrf-token\" content=\"(?<token>[^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Token();

    [GeneratedRegex("data-pollinterval=\"(?<milliseconds>[0-9]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Interval();
}
