using System.Net;
using System.Text.RegularExpressions;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>What the hosted pages refuse.</summary>
public sealed partial class PortalTests : PortalTest
{
    [Theory]
    [InlineData("yamada", "suzuki")]
    [InlineData("yamada", "nobody")]
    [InlineData("yamada", "a b")]
    [InlineData("sato", "yamada")]
    public async Task Nobody_acts_for_a_user_of_another_contract_and_general_users_for_nobody(string visitor, string target)
    {
        using var http = await Visit(visitor);
        foreach (var path in new[] { "register", "exchange", "revoke", "suspend", "resume", "unlock", "result" })
        {
            using var page = await http.GetAsync(new Uri($"/portal/{path}?user={Uri.EscapeDataString(target)}", UriKind.Relative));
            page.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_form_without_the_page_it_came_from_changes_nothing()
    {
        var phone = Centre.Phone();
        await phone.Enroll(Bank.Code);
        using var http = await Visit("yamada");
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["Serial"] = phone.Serial, ["Otp"] = await phone.Password() };

        using var forged = await http.PostAsync(new Uri("/portal/register", UriKind.Relative), new FormUrlEncodedContent(fields));
        forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Bank.Get("contracts/S1000001/users/yamada"))["nextStep"].ShouldBe("register");

        fields["__RequestVerificationToken"] = Token().Match(await http.GetStringAsync(new Uri("/portal/register", UriKind.Relative))).Groups["token"].Value;
        using var honest = await http.PostAsync(new Uri("/portal/register", UriKind.Relative), new FormUrlEncodedContent(fields));
        honest.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Bank.Get("contracts/S1000001/users/yamada"))["nextStep"].ShouldBe("none");
    }

    [Fact]
    public async Task A_password_carried_from_another_session_opens_nothing_there()
    {
        var phone = Centre.Phone();
        await phone.Enroll(Bank.Code);
        await Bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        using var mine = await Visit("yamada");
        using var another = await Visit("yamada");
        var second = await Post(mine, "exchange", ("CurrentOtp", await phone.Password()));
        var carried = Carried().Match(second).Groups["value"].Value;
        carried.ShouldNotBeEmpty();

        (await Post(mine, "exchange?handler=New", ("Carried", carried))).ShouldNotContain("CurrentOtp-error");
        (await Post(another, "exchange?handler=New", ("Carried", carried))).ShouldContain("CurrentOtp-error");
        (await Post(mine, "exchange?handler=New", ("Carried", carried + "x"))).ShouldContain("CurrentOtp-error");
        Centre.Clock.Advance(TimeSpan.FromMinutes(2)); // it counts no more
        (await Post(mine, "exchange?handler=New", ("Carried", carried))).ShouldContain("CurrentOtp-error");
    }

    [Fact]
    public async Task A_log_in_alone_takes_no_token_out_of_service()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");

        (await Post(http, "revoke")).ShouldContain("Otp-error");
        (await Status("yamada")).ShouldBe("inUse");
        await Post(http, "suspend");
        (await Status("yamada")).ShouldBe("suspended");
        foreach (var path in new[] { "revoke", "revoke?user=sato", "mode" })
            (await http.GetStringAsync(new Uri($"/portal/{path}", UriKind.Relative))).ShouldNotContain("name=\"__RequestVerificationToken\"", customMessage: path);
        (await http.GetStringAsync(new Uri("/portal/manage", UriKind.Relative))).ShouldNotContain("/portal/revoke");
        (await new Customer(Bank, "S1000001", "yamada").Register(phone.Serial, await phone.Password())).Problem.ShouldBe("invalid_transition");
    }

    [Fact]
    public async Task Nor_do_forms_that_are_sent_without_their_pages()
    {
        await Registered("yamada");
        await Registered("sato");
        using var http = await Visit("yamada");
        var form = Token().Match(await http.GetStringAsync(At("revoke"))).Groups["token"].Value;
        await Post(http, "suspend");

        foreach (var path in new[] { "revoke", "revoke?user=sato", "mode?handler=Change" })
            (await Send(http, path, form, ("Mode", "shared"))).Dispose();

        (await Status("yamada")).ShouldBe("suspended");
        (await Status("sato")).ShouldBe("inUse");
        (await Bank.Get("contracts/S1000001"))["tokenMode"].ShouldBe("individual");
    }

    [Fact]
    public async Task An_administrator_without_a_token_lifts_nothing()
    {
        var phone = await Registered("sato");
        for (var i = 0; i < 10; i++)
            await new Customer(Bank, "S1000001", "sato").Verify(await phone.WrongPassword());
        using var http = await Visit("yamada");
        var form = Token().Match(await http.GetStringAsync(At("register"))).Groups["token"].Value;

        (await Send(http, "unlock?user=sato", form, ("Otp", await phone.Password()))).Dispose();

        (await Status("sato")).ShouldBe("locked");
    }

    [Fact]
    public async Task The_token_mode_changes_by_the_administrators_password_only()
    {
        var phone = await Registered("yamada");
        using var http = await Visit("yamada");

        (await Post(http, "mode?handler=Change", ("Mode", "shared"))).ShouldContain("Otp-error");
        (await Post(http, "mode?handler=Change", ("Mode", "shared"), ("Otp", await phone.WrongPassword()))).ShouldContain("Otp-error");
        (await new Customer(Bank, "S1000001", "yamada").Verify(await phone.WrongPassword()))["remainingAttempts"].ShouldBe("8"); // it was counted
        (await Bank.Get("contracts/S1000001"))["tokenMode"].ShouldBe("individual");
        await Post(http, "mode?handler=Change", ("Mode", "shared"), ("Otp", await phone.Password()));
        (await Bank.Get("contracts/S1000001"))["tokenMode"].ShouldBe("shared");
    }

    [Fact]
    public async Task Who_shares_a_locked_token_does_not_unlock_it_through_a_colleague()
    {
        var phone = await Registered("yamada");
        await Bank.Put("contracts/S1000001", new { name = "湖畔商店", tokenMode = "shared", branch = "001" });
        for (var i = 0; i < 10; i++)
            await new Customer(Bank, "S1000001", "sato").Verify(await phone.WrongPassword());
        using var http = await Visit("yamada");

        (await http.GetStringAsync(new Uri("/portal/unlock?user=sato", UriKind.Relative))).ShouldNotContain("name=\"__RequestVerificationToken\"");
        (await Status("sato")).ShouldBe("locked");
        (await http.GetStringAsync(new Uri("/portal/users", UriKind.Relative))).ShouldNotContain("/portal/unlock");
    }

    [Fact]
    public async Task A_log_in_alone_lifts_nothing_from_a_colleagues_token()
    {
        var (mine, theirs) = (await Registered("yamada"), await Registered("sato"));
        for (var i = 0; i < 10; i++)
            await new Customer(Bank, "S1000001", "sato").Verify(await theirs.WrongPassword());
        using var http = await Visit("yamada");

        (await Post(http, "unlock?user=sato")).ShouldContain("Otp-error");
        (await Post(http, "unlock?user=sato", ("Otp", await mine.WrongPassword()))).ShouldContain("Otp-error");
        (await new Customer(Bank, "S1000001", "yamada").Verify(await mine.WrongPassword()))["remainingAttempts"].ShouldBe("8"); // it was counted
        (await Status("sato")).ShouldBe("locked");
        await Post(http, "unlock?user=sato", ("Otp", await mine.Password()));
        (await Status("sato")).ShouldBe("inUse");

        await Post(http, "suspend?user=sato");
        await Post(http, "suspend");
        foreach (var path in new[] { "resume?user=sato", "users" }) // with a token that shows no password that counts it is for the branch
            (await http.GetStringAsync(new Uri($"/portal/{path}", UriKind.Relative))).ShouldNotContain("/portal/resume");
        (await Status("sato")).ShouldBe("suspended");
    }

    [Fact]
    public async Task Guesses_at_the_first_step_of_an_exchange_are_counted_until_the_lock()
    {
        var phone = Centre.Phone();
        await phone.Enroll(Bank.Code);
        await Bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        using var http = await Visit("yamada");

        for (var i = 0; i < 10; i++)
            await Post(http, "exchange", ("CurrentOtp", await phone.WrongPassword()));

        (await Bank.Get("contracts/S1000001/users/yamada"))["token.status"].ShouldBe("locked");
    }

    [Fact]
    public async Task A_user_in_person_lifts_no_lock_and_no_suspension()
    {
        var phone = Centre.Phone();
        await phone.Enroll(Bank.Code);
        await Bank.Post("contracts/S1000001/users/yamada/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        using var http = await Visit("yamada");
        await Post(http, "suspend");
        (await Bank.Get("contracts/S1000001/users/yamada"))["token.status"].ShouldBe("suspended");

        using var page = await http.GetAsync(new Uri("/portal/resume", UriKind.Relative));

        page.RequestMessage!.RequestUri!.AbsolutePath.ShouldBe("/portal/manage");
    }

    [Fact]
    public async Task A_reason_is_noted_on_one_line_on_which_every_character_is_seen()
    {
        await Registered("yamada");
        using var http = await Visit("yamada");

        await Post(http, "suspend", ("Reason", "電車に\r\n置き\u202e忘れた "));

        new AuditTrail(Centre).Ask("select detail from audit_entry where action = 'token.suspended'").ShouldBe("電車に  置き 忘れた");
    }

    [GeneratedRegex("name=\"Carried\" value=\"(?<value>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Carried();
}
