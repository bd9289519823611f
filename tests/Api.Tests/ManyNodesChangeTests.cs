using System.Text;
using KenshinOtp.Api.Tests.Staff;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>What is entered, pressed, sent and approved on two nodes at once.</summary>
public sealed class ManyNodesChangeTests : ManyNodesTest
{
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
    public async Task What_is_pressed_many_times_at_once_happens_once_and_theOthers_learn_the_state_that_it_led_to()
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
    public async Task The_trail_of_two_nodes_verifies()
    {
        await AtOnce(20, (bank, i) => bank.Put($"contracts/S{i}", new { name = "湖畔商店", tokenMode = "individual" }));
        await Task.WhenAll(Centre.RunJob("seal"), Other.RunJob("seal"));
        await Centre.RunJob("seal");

        var report = await new AuditTrail(Centre).Verify();
        report.Fault.ShouldBeNull();
        report.Entries.ShouldBeGreaterThanOrEqualTo(20);
        report.Chains.ShouldBeGreaterThanOrEqualTo(2, "each node has its own");
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
}
