using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using KenshinOtp.Api.Tests.Staff;
using KenshinOtp.Data;
using KenshinOtp.Portal;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Two nodes on one database are one centre: whatever arrives at both at once comes out as if it had come one after the other.</summary>
public sealed partial class ManyNodesTests : StaffTest
{
    private Centre _other = null!;
    private Bank _there = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _other = await Centre.Beside();
        _there = new Bank(_other, Bank.Code, Bank.ApiKey);
    }

    public override async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_contract_and_a_user_that_are_put_many_times_at_once_are_entered_once()
    {
        var contracts = await AtOnce(12, (bank, i) => bank.Put("contracts/S1", new { name = $"湖畔商店 {i}", tokenMode = "individual" }));
        var users = await AtOnce(12, (bank, i) => bank.Put("contracts/S1/users/yamada", new { displayName = $"山田 {i}", role = "general" }));

        foreach (var replies in new[] { contracts, users })
            replies.Select(reply => reply.Code).Order().ShouldBe([.. Enumerable.Repeat(200, 11), 201]);
        (await Audit.Actions(Centre)).Count(action => action is "contract.entered" or "user.entered").ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_is_imported_on_two_nodes_at_once_brings_each_token_once()
    {
        const int tokens = 700; // more than one transaction takes
        var lines = Enumerable.Range(0, tokens).Select(i => $"HT{i:D6},{i:X40},SHA1,6,30,").ToList();
        var files = new[] { lines, [.. Enumerable.Reverse(lines)] }.Select(some => "serial,secretHex,algorithm,digits,period,expiresAt\n" + string.Join('\n', some) + "\n").ToArray();

        var replies = await AtOnce(4, (bank, i) => bank.Import(new ByteArrayContent(Encoding.UTF8.GetBytes(files[i % 2])), "text/csv", ("Idempotency-Key", $"import-{i}")));

        replies.ShouldAllBe(reply => reply.Code == 200);
        replies.ShouldAllBe(reply => int.Parse(reply["imported"]!) + int.Parse(reply["unchanged"]!) == tokens);
        replies.Sum(reply => int.Parse(reply["imported"]!)).ShouldBe(tokens);
        var again = await Bank.Import(new ByteArrayContent(Encoding.UTF8.GetBytes(files[1])), "text/csv", ("Idempotency-Key", "import-1"));
        again.Text.ShouldBe(replies[1].Text);
    }

    [Fact]
    public async Task What_is_pressed_many_times_at_once_happens_once_and_the_others_learn_the_state_that_it_led_to()
    {
        var (customer, _) = await Bank.CustomerWithToken();

        var suspended = await AtOnce(10, (bank, _) => new Customer(bank, customer.ServiceId, customer.UserId).Do("suspend"));
        suspended.Count(reply => reply.Code == 200).ShouldBe(1);
        suspended.Where(reply => reply.Code != 200).ShouldAllBe(reply => reply.Problem == "invalid_transition" && reply["status"] == "suspended");

        var revoked = await AtOnce(10, (bank, _) => new Customer(bank, customer.ServiceId, customer.UserId).Revoke());
        revoked.Count(reply => reply.Code == 200).ShouldBe(1);
        revoked.Where(reply => reply.Code != 200).ShouldAllBe(reply => reply.Problem == "invalid_transition" && reply["status"] == "revoked");
    }

    [Fact]
    public async Task A_cancellation_goes_through_while_the_contract_s_tokens_are_used_and_locked()
    {
        List<(Customer Customer, string Wrong)> users = [];
        foreach (var user in new[] { "a", "b", "c" })
        {
            var (customer, phone) = await Bank.CustomerWithToken(userId: user);
            users.Add((customer, await phone.WrongPassword()));
        }

        var storm = AtOnce(45, (bank, i) => new Customer(bank, "S1000001", users[i % 3].Customer.UserId).Verify(users[i % 3].Wrong));
        var cancelled = await AtOnce(4, (bank, _) => bank.Delete("contracts/S1000001"));

        cancelled.Select(reply => reply.Code).Order().ShouldBe([200, 404, 404, 404]);
        (await storm).ShouldAllBe(reply => reply.Code == 200 || reply.Code == 404);
        (await Audit.Events(Centre)).Count(type => type == "token.revoked").ShouldBe(3);
    }

    [Fact]
    public async Task The_same_call_under_one_key_gets_one_answer_wherever_it_arrives()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var password = await phone.Password();

        var verified = await AtOnce(12, (bank, _) => new Customer(bank, customer.ServiceId, customer.UserId).Verify(password, idempotencyKey: "v-1"));
        var entered = await AtOnce(12, (bank, _) => Put(bank, "contracts/S2", """{"name":"商店","tokenMode":"individual"}""", "p-1"));

        verified.Select(reply => reply.Text).Distinct().ShouldHaveSingleItem().ShouldContain("accepted");
        entered.ShouldAllBe(reply => reply.Code == 201);
        entered.Select(reply => reply.Text).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Of_mails_that_are_sent_again_at_once_one_goes_out_and_its_link_serves()
    {
        var customer = await Bank.Customer();
        await customer.Issue();

        var replies = await AtOnce(6, (bank, _) => new Customer(bank, customer.ServiceId, customer.UserId).Resend());

        replies.ShouldAllBe(reply => reply.Code == 202);
        (await Centre.DeliveredMails()).Count.ShouldBe(1);
        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_that_is_issued_twice_at_once_is_issued_once()
    {
        var customer = await Bank.Customer();

        var replies = await AtOnce(6, (bank, _) => new Customer(bank, customer.ServiceId, customer.UserId).Issue());

        replies.Select(reply => reply.Code).Order().ShouldBe([202, 409, 409, 409, 409, 409]);
        (await Centre.DeliveredMails()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Drafts_that_are_approved_on_two_nodes_at_once_are_done_once()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var teller = await AtWork(StaffRole.Teller);
        StaffVisit[] approvers = [await AtWork(StaffRole.Approver), await AtWork(StaffRole.HeadOffice, branch: null)];
        var draft = (await Submit(teller, StaffAction.Cancel, customer)).Value!.Draft!;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
            (await Node(i).Services.GetRequiredService<Paperwork>().Approve(approvers[i % 2], draft.Id, note: null, CancellationToken.None)).Problem?.Code)));

        outcomes.Count(code => code is null).ShouldBe(1);
        outcomes.Where(code => code is not null).ShouldAllBe(code => code == "draft_decided" || code == "contract_not_found");
        (await Audit.Events(Centre)).Count(type => type == "contract.cancelled").ShouldBe(1);
    }

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
    public async Task A_session_and_a_form_of_one_node_serve_on_the_other()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);
        using var here = await StaffScreen.At(Centre, clerk);
        using var there = new HttpClient(new HttpClientHandler { CookieContainer = here.Cookies, AllowAutoRedirect = false }) { BaseAddress = _other.Url };

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

    [Fact]
    public async Task The_trail_of_two_nodes_verifies()
    {
        await AtOnce(20, (bank, i) => bank.Put($"contracts/S{i}", new { name = "湖畔商店", tokenMode = "individual" }));
        await Task.WhenAll(Centre.RunJob("seal"), _other.RunJob("seal"));
        await Centre.RunJob("seal");

        (await new AuditTrail(Centre).Verify()).Fault.ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_call_and_a_form_whose_change_was_undone_run_again_and_who_loses_every_time_is_told_to_come_back()
    {
        Skip.IfNot(Centre.Database.Engine == TestEngines.Postgresql, "The deadlocks of this test are made in PostgreSQL's own language.");
        await Bank.CustomerWithToken("S1");
        var (second, _) = await Bank.CustomerWithToken("S2");
        var (third, _) = await Bank.CustomerWithToken("S3");
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        static string Suspend(Customer whose) => $"/staff/contracts/{whose.ServiceId}/act?action=suspend&user={whose.UserId}";
        (string, string)[] form = [("formNumber", "A-123"), ("reason", "lost"), ("note", "")];
        var trail = new AuditTrail(Centre);
        trail.Tamper("""
            create sequence tries;
            create function lose() returns trigger language plpgsql as $$
            begin
                if nextval('tries') % 3 <> 0 then raise exception using errcode = '40P01', message = 'deadlock detected'; end if;
                return new;
            end $$;
            create trigger lose before insert on receipt for each row execute function lose();
            """);

        var suspended = await Bank.Post("contracts/S1/users/yamada/token/suspend", body: null, "k-1");
        suspended["token.status"].ShouldBe("suspended");
        (await Bank.Post("contracts/S1/users/yamada/token/suspend", body: null, "k-1")).Text.ShouldBe(suspended.Text);
        (await screen.Send(Suspend(second), to: null, form)).Status.ShouldBe(302);
        trail.Ask("select count(*) from receipt where action = 'token.suspended'").ShouldBe("2");

        trail.Tamper("alter sequence tries increment by 3 restart with 1");
        var refused = await third.Do("suspend");
        (refused.Code, refused.Problem).ShouldBe((503, "unavailable"));
        refused.Message.Headers.RetryAfter.ShouldNotBeNull();
        (await screen.Send(Suspend(third), to: null, form)).Status.ShouldBe(503);
        (await third.Look())["token.status"].ShouldBe("inUse");
    }

    [SkippableFact]
    public async Task A_row_that_somebody_holds_keeps_nobody_else_waiting()
    {
        Skip.If(Centre.Database.Engine == TestEngines.Sqlite, "Writers of SQLite take turns.");
        var (held, heldPhone) = await Bank.CustomerWithToken("S1");
        var others = new List<(Customer Customer, Phone Phone)>();
        for (var i = 2; i < 12; i++)
            others.Add(await Bank.CustomerWithToken($"S{i}"));
        await using var holder = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await holder.Execute("update token set failures = failures where serial = @Serial", new { heldPhone.Serial }, CancellationToken.None);

        var blocked = held.Verify(await heldPhone.Password());
        var answers = await Task.WhenAll(others.Select(async other => await other.Customer.Verify(await other.Phone.Password())));

        answers.ShouldAllBe(answer => answer["result"] == "accepted");
        var told = await blocked;
        (told.Code, told.Problem).ShouldBe((503, "unavailable"));
        told.Message.Headers.RetryAfter.ShouldNotBeNull();
        await holder.DisposeAsync();
        (await held.Verify(await heldPhone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_token_that_was_changed_elsewhere_harms_none_that_share_its_commit()
    {
        List<(Customer Customer, Phone Phone)> users = [];
        foreach (var user in Enumerable.Range(0, 8))
            users.Add(await Bank.CustomerWithToken($"S{user}"));
        Centre.Clock.Advance(TimeSpan.FromSeconds(30));
        await VerifyAll(); // and remembered here
        Centre.Clock.Advance(TimeSpan.FromSeconds(30));
        var there = new Customer(_there, users[0].Customer.ServiceId, users[0].Customer.UserId);
        await there.Do("suspend");
        var used = await users[1].Phone.Password();
        (await new Customer(_there, users[1].Customer.ServiceId, users[1].Customer.UserId).Verify(used))["result"].ShouldBe("accepted");

        var replies = await VerifyAll();

        replies.Select(reply => reply["reason"] ?? reply["result"]).ShouldBe(["token_suspended", "otp_replayed", .. Enumerable.Repeat("accepted", 6)]);
        (await Audit.Actions(Centre)).Count(action => action.StartsWith("verification.", StringComparison.Ordinal)).ShouldBe(17);
        new AuditTrail(Centre).Ask("select count(distinct chain) from audit_entry where action like 'verification.%'").ShouldBe("2");

        async Task<Reply[]> VerifyAll()
        {
            var passwords = await Task.WhenAll(users.Select(user => user.Phone.Password()));
            return await Task.WhenAll(users.Select((user, i) => Task.Run(() => user.Customer.Verify(passwords[i]))));
        }
    }

    private Centre Node(int i) => i % 2 == 0 ? Centre : _other;

    /// <summary>So many calls at the same time, every second one to the other node.</summary>
    private Task<Reply[]> AtOnce(int calls, Func<Bank, int, Task<Reply>> call) =>
        Task.WhenAll(Enumerable.Range(0, calls).Select(i => Task.Run(() => call(i % 2 == 0 ? Bank : _there, i))));

    private static async Task<Reply> Put(Bank bank, string path, string json, string key)
    {
        using var http = new HttpClient { BaseAddress = new Uri(bank.Centre.Url, "/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", bank.ApiKey) } };
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(json, Encoding.UTF8, "application/json"), Headers = { { "Idempotency-Key", key } } };
        return await Reply.Of(http.SendAsync(request));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]* value=\"([^\"]+)\"", RegexOptions.None, 5000)]
    private static partial Regex Antiforgery();
}
