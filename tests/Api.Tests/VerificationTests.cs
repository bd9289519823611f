using KenshinOtp.Institutions;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

public sealed class VerificationTests : CentreTest
{
    [Fact]
    public async Task A_password_is_accepted_once_even_when_sent_200_times_at_once()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var password = await phone.Password();

        var replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => customer.Verify(password)));

        replies.ShouldAllBe(reply => reply.Code == 200);
        replies.Count(reply => reply["result"] == "accepted").ShouldBe(1);
        replies.Count(reply => reply["reason"] == "otp_replayed").ShouldBe(199);
        (await Audit.Actions(Centre)).Count(action => action.StartsWith("verification.", StringComparison.Ordinal)).ShouldBe(200);
    }

    [Fact]
    public async Task Thirty_wrong_passwords_at_once_count_as_thirty()
    {
        var bank = await Centre.Bank("9002", policy: [("lockAfter", "50")]);
        var (customer, phone) = await bank.CustomerWithToken();
        var wrong = await phone.WrongPassword();

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => customer.Verify(wrong)));

        replies.ShouldAllBe(reply => reply["reason"] == "otp_mismatch");
        replies.Select(reply => int.Parse(reply["remainingAttempts"]!)).Order().ShouldBe(Enumerable.Range(20, 30));
        (await customer.Verify(await phone.Password()))["remainingAttempts"].ShouldBe("50");
    }

    [Fact]
    public async Task A_locked_token_does_not_tell_whether_the_password_was_right()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var wrong = await phone.WrongPassword();

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => customer.Verify(wrong)));

        replies.Count(reply => reply["reason"] == "otp_mismatch").ShouldBe(10);
        replies.Count(reply => reply["reason"] == "token_locked").ShouldBe(20);
        var right = await customer.Verify(await phone.Password());
        right["reason"].ShouldBe("token_locked");
        right["remainingAttempts"].ShouldBe("0");
        (await customer.Look())["token.status"].ShouldBe("locked");
    }

    [Fact]
    public async Task A_bound_that_was_lowered_meets_the_next_wrong_password_and_no_right_one()
    {
        var (careful, phone) = await Bank.CustomerWithToken();
        var (careless, other) = await Bank.CustomerWithToken("S2", "suzuki");
        for (var i = 0; i < 7; i++)
        {
            await careful.Verify(await phone.WrongPassword());
            await careless.Verify(await other.WrongPassword());
        }

        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("lockAfter", "5")], CancellationToken.None);

        (await careful.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        var eighth = await careless.Verify(await other.WrongPassword());
        (eighth["reason"], eighth["remainingAttempts"]).ShouldBe(("otp_mismatch", "0"));
        (await careless.Look())["token.status"].ShouldBe("locked");
        (await careless.Verify(await other.Password()))["reason"].ShouldBe("token_locked");
    }

    [Fact]
    public async Task An_administrator_other_than_the_user_unlocks()
    {
        var (customer, phone) = await Bank.CustomerWithToken(role: "general");
        await Bank.Customer(userId: "boss");
        await Bank.Customer(userId: "colleague", role: "general");
        for (var i = 0; i < 10; i++)
            await customer.Verify(await phone.WrongPassword());

        (await customer.Do("unlock")).Problem.ShouldBe("not_administrator");
        (await customer.Do("unlock", "colleague")).Problem.ShouldBe("not_administrator");
        (await customer.Do("unlock", "boss"))["token.status"].ShouldBe("inUse");
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'token.unlocked'")).ShouldBe("by boss; 届出");
        (await customer.Verify(await phone.WrongPassword()))["remainingAttempts"].ShouldBe("9"); // those before are forgiven
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_suspended_token_is_lifted_by_an_administrator()
    {
        var (customer, phone) = await Bank.CustomerWithToken(role: "general");
        await Bank.Customer(userId: "boss");

        await customer.Verify(await phone.WrongPassword());
        (await customer.Do("suspend"))["token.status"].ShouldBe("suspended");
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_suspended");
        (await customer.Do("resume")).Problem.ShouldBe("not_administrator");
        (await customer.Do("resume", "boss"))["token.status"].ShouldBe("inUse");
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'token.suspended'")).ShouldBe("届出");
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'token.resumed'")).ShouldBe("by boss; 届出");
        (await customer.Verify(await phone.WrongPassword()))["remainingAttempts"].ShouldBe("8"); // a suspension forgives nothing
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Theory]
    [InlineData("login")]
    [InlineData("balanceInquiry")]
    public async Task A_password_for_a_transaction_that_asks_for_none_is_refused_not_used_up_and_noted(string transaction)
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var password = await phone.Password();

        (await customer.Verify(password, transaction))["reason"].ShouldBe("otp_not_required");

        (await Audit.Actions(Centre)).ShouldContain("phishing.suspected");
        (await customer.Verify(password))["result"].ShouldBe("accepted");
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(-2, false)]
    [InlineData(2, false)]
    public async Task One_step_of_drift_is_allowed_either_way(int steps, bool accepted)
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(minutes: 5);

        (await customer.Verify(await phone.Password(steps)))["result"].ShouldBe(accepted ? "accepted" : "rejected");
    }

    [Fact]
    public async Task A_clock_that_drifts_on_is_followed()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        for (var drift = 1; drift <= 5; drift++)
        {
            Wait(minutes: 10);
            (await customer.Verify(await phone.Password(drift)))["result"].ShouldBe("accepted");
        }

        Wait(minutes: 10);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted"); // set right again
    }

    [Fact]
    public async Task A_password_older_than_the_last_one_used_is_a_replay()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(minutes: 5);
        var older = await phone.Password(-1);
        await customer.Verify(await phone.Password());

        (await customer.Verify(older))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task Thirty_confirmations_at_once_confirm_once()
    {
        var customer = await Bank.Customer();
        var phone = await customer.ActivatedPhone();
        var password = await phone.Password();

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => customer.Confirm(password)));

        replies.Count(reply => reply.Code == 200).ShouldBe(1);
        replies.Where(reply => reply.Code != 200).ShouldAllBe(reply => reply.Problem == "invalid_transition");
    }

    [Fact]
    public async Task A_confirmation_before_the_app_is_set_up_gives_the_reason_of_a_verification()
    {
        var customer = await Bank.Customer();
        await customer.Issue();

        var reply = await customer.Confirm("123456");

        reply.Code.ShouldBe(422);
        reply["reason"].ShouldBe("token_not_active");
    }

    [Fact]
    public async Task Wrong_confirmations_lock_and_say_how_many_are_left()
    {
        var customer = await Bank.Customer();
        var phone = await customer.ActivatedPhone();
        var wrong = await phone.WrongPassword();

        var first = await customer.Confirm(wrong);
        first.Problem.ShouldBe("invalid_otp");
        first["reason"].ShouldBe("otp_mismatch");
        first["remainingAttempts"].ShouldBe("9");
        for (var i = 0; i < 9; i++)
            await customer.Confirm(wrong);
        (await customer.Confirm(await phone.Password()))["reason"].ShouldBe("token_locked");
        (await Audit.Events(Centre)).Count(type => type == "token.locked").ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_password_at_a_revocation_counts_like_any_other()
    {
        var (customer, phone) = await Bank.CustomerWithToken();

        (await customer.Revoke(await phone.WrongPassword()))["remainingAttempts"].ShouldBe("9");

        (await customer.Verify(await phone.WrongPassword()))["remainingAttempts"].ShouldBe("8");
    }

    [Fact]
    public async Task Who_has_no_token_and_who_is_not_known_are_told_apart()
    {
        var customer = await Bank.Customer();

        (await customer.Verify("123456"))["reason"].ShouldBe("no_token");
        (await new Customer(Bank, customer.ServiceId, "nobody").Verify("123456")).Problem.ShouldBe("user_not_found");
        (await new Customer(Bank, "S9", "nobody").Verify("123456")).Problem.ShouldBe("contract_not_found");
        (await customer.Verify("12345")).Code.ShouldBe(400);
    }

    [Fact]
    public async Task Passwords_of_eight_digits_and_other_hashes_count_too()
    {
        var bank = await Centre.Bank("9002", policy: [("digits", "8"), ("algorithm", "SHA512"), ("period", "30")]);
        var (customer, phone) = await bank.CustomerWithToken();

        var password = await phone.Password();
        password.Length.ShouldBe(8);
        (await customer.Verify("123456"))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(password))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_cancelled_contract_has_no_token_left()
    {
        var (customer, phone) = await Bank.CustomerWithToken();

        var receipt = await Bank.Delete($"contracts/{customer.ServiceId}");

        receipt.Code.ShouldBe(200);
        receipt["serviceId"].ShouldBe(customer.ServiceId);
        (await customer.Verify(await phone.Password())).Problem.ShouldBe("contract_not_found");
        (await Bank.Delete($"contracts/{customer.ServiceId}")).Code.ShouldBe(404);
        (await Bank.Get("tokens?status=revoked")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        Wait(31 * 24 * 60);
        (await Centre.RunJob("grace")).ShouldBe(0); // who has left is nobody without a token
    }
}
