using KenshinOtp.Data;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

public sealed class ExchangeTests : ShinkinTest
{
    [Fact]
    public async Task One_phone_is_exchanged_for_another_and_the_receipt_shows_both_serials()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var next = await Bank.EnrolledPhone();

        var receipt = await customer.Exchange(await old.Password(), next.Serial, await next.Password());

        receipt.Code.ShouldBe(200);
        (receipt["before"], receipt["after"], receipt["token.serial"]).ShouldBe((old.Serial, next.Serial, next.Serial));
        WaitForNextPassword();
        (await customer.Verify(await old.Password()))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(await next.Password()))["result"].ShouldBe("accepted");
        (await Audit.Events(Centre)).ShouldBe(["token.registered", "token.exchanged"]);
    }

    [Fact]
    public async Task What_was_exchanged_can_come_back_but_none_of_its_used_passwords_does()
    {
        var (customer, first) = await Bank.CustomerWithRegisteredToken();
        var second = await Bank.EnrolledPhone();
        var used = await first.Password();
        (await customer.Exchange(used, second.Serial, await second.Password())).Code.ShouldBe(200);

        var other = await Bank.Customer("S2");
        (await other.Register(first.Serial, used))["reason"].ShouldBe("otp_replayed");
        WaitForNextPassword();
        (await customer.Exchange(await second.Password(), first.Serial, await first.Password()))["after"].ShouldBe(first.Serial);
    }

    [Fact]
    public async Task A_wrong_new_password_spares_the_current_one_and_the_user_sees_which_was_wrong()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var next = await Bank.EnrolledPhone();
        var current = await old.Password();

        var refused = await customer.Exchange(current, next.Serial, await next.WrongPassword());

        (refused.Problem, refused["field"], refused["reason"]).ShouldBe(("invalid_otp", "newOtp", "otp_mismatch"));
        (await customer.Exchange(current, next.Serial, await next.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_wrong_current_password_counts_as_at_a_verification_and_spares_the_new_one()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var next = await Bank.EnrolledPhone();

        var refused = await customer.Exchange(await old.WrongPassword(), next.Serial, await next.Password());
        (refused.Problem, refused["field"], refused["remainingAttempts"]).ShouldBe(("invalid_otp", "currentOtp", "9"));
        (await customer.Exchange(await old.WrongPassword(), next.Serial, await next.WrongPassword()))["remainingAttempts"].ShouldBe("8");

        (await customer.Exchange(await old.Password(), next.Serial, await next.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task Without_a_token_or_with_a_hindered_one_there_is_no_exchange()
    {
        var next = await Bank.EnrolledPhone();
        var nobody = await Bank.Customer("S9");
        (await nobody.Exchange("123456", next.Serial, await next.Password())).Problem.ShouldBe("token_not_found");

        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        await customer.Do("suspend");
        var refused = await customer.Exchange(await old.Password(), next.Serial, await next.Password());
        (refused["field"], refused["reason"]).ShouldBe(("currentOtp", "token_suspended"));
        (await customer.Exchange(await old.Password(), old.Serial, await old.Password())).Problem.ShouldBe("serial_in_use");
        (await customer.Exchange(await old.Password(), "SKTS00000000", "123456")).Problem.ShouldBe("serial_unknown");
    }

    [Fact]
    public async Task Beside_a_wrong_new_password_a_current_one_that_does_not_count_is_told_first_and_never_whether_it_was_right()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var (used, next) = (await old.Password(), await Bank.EnrolledPhone());
        await customer.Verify(used);

        (await Refusal(used)).ShouldBe(("currentOtp", "otp_replayed"));
        await customer.Do("suspend");
        WaitForNextPassword();
        (await Refusal(await old.Password())).ShouldBe(("currentOtp", "token_suspended"));
        (await Refusal(await old.WrongPassword())).ShouldBe(("currentOtp", "token_suspended"));

        async Task<(string?, string?)> Refusal(string current)
        {
            var refused = await customer.Exchange(current, next.Serial, await next.WrongPassword());
            return (refused["field"], refused["reason"]);
        }
    }

    [Fact]
    public async Task Wrong_new_passwords_make_the_next_try_wait_as_at_a_registration_and_spare_the_current_one()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var (current, next) = (await old.Password(), await Bank.EnrolledPhone());
        for (var i = 0; i < 5; i++)
            (await customer.Exchange(current, next.Serial, await next.WrongPassword()))["field"].ShouldBe("newOtp");

        (await customer.Exchange(current, next.Serial, await next.Password())).Problem.ShouldBe("rate_limited");
        (await customer.Verify(current))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task Two_exchanges_at_once_are_one()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var (current, offers) = (await old.Password(), new List<(string Serial, string Password)>());
        for (var i = 0; i < 6; i++)
        {
            var next = await Bank.EnrolledPhone();
            offers.Add((next.Serial, await next.Password()));
        }

        var replies = await Task.WhenAll(offers.Select(offer => customer.Exchange(current, offer.Serial, offer.Password)));

        replies.Count(reply => reply.Code == 200).ShouldBe(1);
        (await Bank.Get("tokens?status=inUse")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await Bank.Get("tokens?status=unbound")).Json.GetProperty("items").GetArrayLength().ShouldBe(6);
        (await customer.Look())["token.serial"].ShouldBe(replies.Single(reply => reply.Code == 200)["after"]);
    }

    [Fact]
    public async Task The_same_new_serial_offered_by_two_users_goes_to_one_and_the_other_keeps_what_he_has()
    {
        var (one, onePhone) = await Bank.CustomerWithRegisteredToken("S1");
        var (two, twoPhone) = await Bank.CustomerWithRegisteredToken("S2");
        var next = await Bank.EnrolledPhone();
        var (newPassword, onePassword, twoPassword) = (await next.Password(), await onePhone.Password(), await twoPhone.Password());

        var replies = await Task.WhenAll(one.Exchange(onePassword, next.Serial, newPassword), two.Exchange(twoPassword, next.Serial, newPassword));

        replies.Count(reply => reply.Code == 200).ShouldBe(1);
        replies.Single(reply => reply.Code != 200).Problem.ShouldBe("serial_in_use");
        var (loser, password) = replies[0].Code == 200 ? (two, twoPassword) : (one, onePassword);
        (await loser.Verify(password))["result"].ShouldBe("accepted"); // not used up by the exchange that failed
    }

    [Fact]
    public async Task Whoever_shared_the_old_token_shares_the_new_one()
    {
        var (chief, old) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "shared");
        var next = await Bank.EnrolledPhone();

        (await chief.Exchange(await old.Password(), next.Serial, await next.Password())).Code.ShouldBe(200);

        WaitForNextPassword();
        (await clerk.Verify(await next.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task An_administrator_exchanges_for_another_and_a_general_user_does_not()
    {
        var (clerk, old) = await Bank.CustomerWithRegisteredToken(userId: "clerk", role: "general");
        await Bank.Customer(clerk.ServiceId, "chief");
        await Bank.Customer(clerk.ServiceId, "other", "general");
        var next = await Bank.EnrolledPhone();

        (await clerk.Exchange(await old.Password(), next.Serial, await next.Password(), "other")).Problem.ShouldBe("not_administrator");
        (await clerk.Exchange(await old.Password(), next.Serial, await next.Password(), "chief")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task An_exchange_whose_last_write_fails_leaves_everything_as_it_was()
    {
        var (customer, old) = await Bank.CustomerWithRegisteredToken();
        var next = await Bank.EnrolledPhone();
        var (current, newPassword) = (await old.Password(), await next.Password());
        await Sql(Centre.Database.RefuseInserts("receipt"));

        (await customer.Exchange(current, next.Serial, newPassword)).Code.ShouldBe(500);

        await Sql(Centre.Database.PermitInserts("receipt"));
        (await customer.Look())["token.serial"].ShouldBe(old.Serial);
        (await customer.Exchange(current, next.Serial, newPassword)).Code.ShouldBe(200);
    }

    private async Task Sql(string statement)
    {
        await using var tx = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await tx.Execute(statement, args: null, CancellationToken.None);
        await tx.Commit(CancellationToken.None);
    }
}
