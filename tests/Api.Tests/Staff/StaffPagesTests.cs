using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Staff;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The staff console over HTTP: what is beyond a person's reach, and what others may try.</summary>
public sealed partial class StaffPagesTests : StaffTest
{
    [Theory]
    [InlineData("/staff", "/staff/login")]
    [InlineData("/staff/contracts/S1000001", "/staff/login?returnUrl=%2Fstaff%2Fcontracts%2FS1000001")]
    [InlineData("/staff/search?q=abc", "/staff/login?returnUrl=%2Fstaff%2Fsearch%3Fq%3Dabc")]
    [InlineData("/staff/sessions", "/staff/login?returnUrl=%2Fstaff%2Fsessions")]
    [InlineData("/staff/otp", "/staff/login")]
    [InlineData("/staff/enroll", "/staff/login")]
    public async Task Without_a_session_every_page_leads_to_the_log_in(string path, string to)
    {
        using var screen = new StaffScreen(Centre);

        var answer = await screen.Get(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.OriginalString.ShouldBe(to);
    }

    [Fact]
    public async Task Between_the_two_passwords_there_is_only_the_second_step()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);
        await screen.Begin(clerk);

        foreach (var path in new[] { "/staff", "/staff/search?q=abc", "/staff/contracts/S1", "/staff/sessions", "/staff/password", "/staff/enroll" })
            (await screen.Get(path)).Headers.Location!.OriginalString.ShouldBe("/staff/otp", path);
        (await screen.Get("/staff/seen")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_contract_beyond_reach_looks_like_one_that_does_not_exist()
    {
        await Bank.Put("contracts/S2000001", new { name = "遠方商店", tokenMode = "individual", branch = "002" });
        var other = await Centre.Bank("9002");
        await other.Put("contracts/S3000001", new { name = "他行商店", tokenMode = "individual", branch = "001" });
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));

        var absent = await Body(screen, "S9999999");
        (await Body(screen, "S2000001")).ShouldBe(absent);
        (await Body(screen, "S3000001")).ShouldBe(absent);
        (await Body(screen, "%3Cscript%3E")).ShouldNotContain("<script>", Case.Sensitive);
        foreach (var text in new[] { "S2000001", "遠方", "S3000001", "他行" })
        {
            (await screen.Read($"/staff/search?q={Uri.EscapeDataString(text)}")).ShouldNotContain("/staff/contracts/");
            (await screen.Read($"/staff/search?handler=hits&q={Uri.EscapeDataString(text)}")).ShouldNotContain("/staff/contracts/");
        }

        using var head = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "honbu", StaffRole.HeadOffice, branch: null));
        (await head.Get("/staff/contracts/S2000001")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Body(head, "S3000001")).ShouldBe(await Body(head, "S9999999"));
    }

    [Fact]
    public async Task A_cookie_from_before_a_step_is_worth_nothing_after_it()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        using var screen = new StaffScreen(Centre);
        screen.Session = "AAAAAAAAAAAAAAAAAAAAAA"; // planted by somebody else
        var begun = await screen.Begin(clerk);
        var half = screen.Session;
        half.ShouldNotBe("AAAAAAAAAAAAAAAAAAAAAA");
        var cookie = begun.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("kotp_staff=", StringComparison.Ordinal));
        foreach (var attribute in new[] { "httponly", "samesite=strict", "path=/staff" })
            cookie.ShouldContain(attribute);
        await screen.LogIn(clerk);
        (await screen.Get("/staff")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var thief = new StaffScreen(Centre) { Session = half };
        (await thief.Get("/staff")).Headers.Location!.OriginalString.ShouldBe("/staff/otp"); // of another log-in that was never finished
        using var late = new StaffScreen(Centre);
        await late.Begin(clerk);
        var before = late.Session;
        await late.Send("/staff/otp", "/staff/otp", ("Otp", clerk.OneTimePassword()));
        thief.Session = before;
        (await thief.Get("/staff")).Headers.Location!.OriginalString.ShouldBe("/staff/login");
        var full = screen.Session;
        (await screen.Send("/staff", "/staff/logout")).Headers.Location!.OriginalString.ShouldBe("/staff/login");
        thief.Session = full;
        (await thief.Get("/staff")).Headers.Location!.OriginalString.ShouldBe("/staff/login");
    }

    [Fact]
    public async Task A_form_from_elsewhere_is_refused()
    {
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));

        foreach (var action in new[] { "/staff/logout", "/staff/sessions", "/staff/password", "/staff/login", "/staff/otp" })
        {
            var answer = await screen.Post(action, ("id", "x"));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, action);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("画面が古くなっています");
        }

        (await screen.Get("/staff")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_page_may_be_framed_or_kept()
    {
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));

        foreach (var path in new[] { "/staff", "/staff/login", "/staff/search?q=abc", "/staff/contracts/none", "/staff/sessions" })
        {
            var answer = await screen.Get(path);
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors 'none'");
            answer.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe-inline");
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task What_people_typed_is_shown_and_never_run()
    {
        const string evil = "<script>alert(1)</script>", image = "\"><img src=x onerror=alert(2)>";
        await Bank.Put("contracts/S1000001", new { name = evil, tokenMode = "individual", branch = "001" });
        await Bank.Put("contracts/S1000001/users/yamada", new { displayName = image, role = "general" });
        var customer = new Customer(Bank, "S1000001", "yamada");
        (await customer.Issue("a&b'c@docomo.ne.jp")).Message.EnsureSuccessStatusCode();
        var clerk = await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller);
        await Paperwork.Submit(
            new(await clerk.Visit(), StaffAction.Suspend, Service(customer), User(customer), new("A-1", PaperReason.Other, evil)), CancellationToken.None);
        using var screen = await StaffScreen.At(Centre, clerk);

        foreach (var path in new[] { "/staff/contracts/S1000001", "/staff/search?q=script", "/staff/search?handler=hits&q=onerror", $"/staff/search?q={Uri.EscapeDataString(image)}" })
        {
            var html = await screen.Read(path);
            html.ShouldNotContain("<script>", Case.Insensitive, path);
            html.ShouldNotContain("<img", Case.Insensitive, path);
        }

        var sheet = await screen.Read("/staff/contracts/S1000001");
        sheet.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        sheet.ShouldContain("a&amp;b&#x27;c@docomo.ne.jp");
    }

    [Fact]
    public async Task The_way_back_from_a_contract_leads_to_the_page_of_the_search_that_found_it()
    {
        for (var i = 0; i < 51; i++)
            await Bank.Put($"contracts/S{2000000 + i}", new { name = $"湖畔商店 {i}", tokenMode = "individual", branch = "001" });
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller));
        const string search = "/staff/search?q=%E6%B9%96%E7%95%94";

        var second = NextPage().Match(await screen.Read(search)).Groups["path"].Value;
        var found = ContractLink().Match(await screen.Read(WebUtility.HtmlDecode(second))).Groups["path"].Value;
        var contract = await screen.Read(WebUtility.HtmlDecode(found));
        var act = ActLink().Match(contract).Groups["path"].Value;

        contract.ShouldContain($"<a class=\"crumb\" href=\"{second}\">");
        (await screen.Read(WebUtility.HtmlDecode(act))).ShouldContain($"<a class=\"crumb\" href=\"{found}\">");
        (await screen.Read("/staff/contracts/S2000000")).ShouldContain("<a class=\"crumb\" href=\"/staff\">");
    }

    [Fact]
    public async Task What_was_found_is_counted_as_what_it_is()
    {
        await Bank.Customer();
        await Bank.Customer(userId: "sato", role: "general");
        using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller));

        (await screen.Read("/staff/search?q=S1000001")).ShouldContain("契約1件・利用者2名");
    }

    [Fact]
    public async Task Actions_that_a_role_may_not_do_are_absent()
    {
        await Bank.CustomerWithToken();
        var expected = new Dictionary<StaffRole, string[]>
        {
            [StaffRole.Teller] = ["cancel", "revoke", "suspend"],
            [StaffRole.CallCentre] = ["suspend"],
            [StaffRole.Auditor] = [],
            [StaffRole.HeadOffice] = ["cancel", "revoke", "suspend"],
        };
        foreach (var (role, actions) in expected)
        {
            using var screen = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", $"{role}", role));
            var html = await screen.Read("/staff/contracts/S1000001");
            ActionLink().Matches(html).Select(match => match.Groups["action"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(actions);
        }
    }

    [Fact]
    public async Task Sessions_are_ended_by_the_person_or_by_head_office_and_by_nobody_else()
    {
        var (sato, suzuki) = (await Clerk.Hire(Centre, "9001", "sato", StaffRole.Teller), await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller));
        using var satos = await StaffScreen.At(Centre, sato);
        using var suzukis = await StaffScreen.At(Centre, suzuki);
        using var head = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "honbu", StaffRole.HeadOffice, branch: null));
        var suzukisId = SessionOf("suzuki", await head.Read("/staff/sessions"));

        (await satos.Read("/staff/sessions")).ShouldNotContain(suzukisId);
        (await satos.Send("/staff/sessions", "/staff/sessions", ("id", suzukisId))).Headers.Location!.OriginalString.ShouldEndWith("done=gone");
        (await suzukis.Get("/staff")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await head.Send("/staff/sessions", "/staff/sessions", ("id", suzukisId))).Headers.Location!.OriginalString.ShouldEndWith("done=ended");
        (await suzukis.Get("/staff")).Headers.Location!.OriginalString.ShouldBe("/staff/login");
    }

    private static string SessionOf(string login, string html) =>
        Regex.Match(html, $">{login}</span>.*?name=\"id\" value=\"(?<id>[0-9a-f]+)\"", RegexOptions.Singleline, TimeSpan.FromSeconds(5)).Groups["id"].Value;

    /// <summary>The page of a contract that is not there, without the address that was asked for.</summary>
    private static async Task<string> Body(StaffScreen screen, string serviceId)
    {
        var answer = await screen.Get($"/staff/contracts/{serviceId}");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        return Neutral((await answer.Content.ReadAsStringAsync()).Replace(serviceId, "", StringComparison.Ordinal));
    }

    [GeneratedRegex("href=\"(?<path>/staff/search[^\"]*cursor=[^\"]*)\"", RegexOptions.None, 5000)]
    private static partial Regex NextPage();

    [GeneratedRegex("href=\"(?<path>/staff/contracts/[^\"]*)\"", RegexOptions.None, 5000)]
    private static partial Regex ContractLink();

    [GeneratedRegex("href=\"(?<path>/staff/contracts/[^\"]*/act[^\"]*)\"", RegexOptions.None, 5000)]
    private static partial Regex ActLink();

    [GeneratedRegex("/act\\?action=(?<action>[a-z]+)", RegexOptions.IgnoreCase, 5000)]
    private static partial Regex ActionLink();
}
