using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>Passwords on two nodes, beside changes of the same tokens.</summary>
public sealed class ManyNodesVerificationTests : ManyNodesTest
{
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
        var there = new Customer(There, users[0].Customer.ServiceId, users[0].Customer.UserId);
        await there.Do("suspend");
        var used = await users[1].Phone.Password();
        (await new Customer(There, users[1].Customer.ServiceId, users[1].Customer.UserId).Verify(used))["result"].ShouldBe("accepted");

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

    [Fact]
    public async Task A_password_that_was_used_at_the_other_node_is_a_replay_here()
    {
        var (customer, phone) = await Remembered("S1");
        var password = await phone.Password();
        (await new Customer(There, customer.ServiceId, customer.UserId).Verify(password))["result"].ShouldBe("accepted");

        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task A_secret_whose_renewal_was_completed_at_the_other_node_is_dead_here()
    {
        var (customer, phone) = await Remembered("S1", days: 710);
        var old = phone.Secret;
        await phone.Renew(await phone.Password());
        (await new Customer(There, customer.ServiceId, customer.UserId).Verify(await phone.Password()))["result"].ShouldBe("accepted");
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));

        (await customer.Verify(await phone.Password(old)))["reason"].ShouldBe("otp_mismatch");
    }

    [Fact]
    public async Task A_key_that_was_revoked_at_the_other_node_uses_up_no_password_here()
    {
        var (known, knownPhone) = await Remembered("S1");
        var (other, otherPhone) = await Bank.CustomerWithToken("S2");
        var (first, second) = (await knownPhone.Password(), await otherPhone.Password());
        (await known.Look()).Code.ShouldBe(200);
        var keys = Other.Services.GetRequiredService<ApiKeys>();
        InstitutionCode.TryParse(Bank.Code, out var code).ShouldBeTrue();
        (await keys.Revoke(code, "bank", CancellationToken.None)).Problem.ShouldBeNull();

        (await known.Verify(first)).Code.ShouldBe(401);
        (await other.Verify(second)).Code.ShouldBe(401);

        var anew = new Bank(Centre, Bank.Code, (await keys.Add(code, "bank", CancellationToken.None)).Value!);
        (await new Customer(anew, "S1", "yamada").Verify(first))["result"].ShouldBe("accepted");
        (await new Customer(anew, "S2", "yamada").Verify(second))["result"].ShouldBe("accepted");
    }

    /// <summary>A customer whose last password was accepted here, so many days after the first.</summary>
    private async Task<(Customer Customer, Phone Phone)> Remembered(string serviceId, int days = 0)
    {
        var (customer, phone) = await Bank.CustomerWithToken(serviceId);
        Centre.Clock.Advance(TimeSpan.FromDays(days));
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        return (customer, phone);
    }

    private static async Task<Reply> Put(Bank bank, string path, string json, string key)
    {
        using var http = new HttpClient { BaseAddress = new Uri(bank.Centre.Url, "/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", bank.ApiKey) } };
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent(json, Encoding.UTF8, "application/json"), Headers = { { "Idempotency-Key", key } } };
        return await Reply.Of(http.SendAsync(request));
    }
}
