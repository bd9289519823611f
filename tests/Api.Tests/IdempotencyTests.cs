using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class IdempotencyTests : CentreTest
{
    [Fact]
    public async Task A_repeated_verification_gets_the_same_answer()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var password = await phone.Password();

        var first = await customer.Verify(password, idempotencyKey: "k-1");
        var again = await customer.Verify(password, idempotencyKey: "k-1");

        first["result"].ShouldBe("accepted");
        again.Text.ShouldBe(first.Text);
        (await customer.Verify(password, idempotencyKey: "k-2"))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task Fifty_equal_calls_at_once_do_the_thing_once_and_are_answered_alike()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var password = await phone.Password();

        var replies = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => customer.Verify(password, idempotencyKey: "k-1")));

        replies.Select(reply => reply.Text).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        replies[0]["result"].ShouldBe("accepted");
        (await Audit.Actions(Centre)).Count(action => action == "verification.accepted").ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_is_remembered_too()
    {
        var customer = await Bank.Customer();
        var path = $"contracts/{customer.ServiceId}/users/{customer.UserId}/token/confirm";

        var first = await Bank.Post(path, new { otp = "123456" }, "k-1");
        await customer.Issue();
        var again = await Bank.Post(path, new { otp = "123456" }, "k-1");

        first.Problem.ShouldBe("token_not_found");
        again.Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task A_wrong_password_counts_once_however_often_its_call_is_repeated()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var wrong = await phone.WrongPassword();

        for (var i = 0; i < 12; i++)
            (await customer.Verify(wrong, idempotencyKey: "k-1"))["remainingAttempts"].ShouldBe("9");
    }

    [Fact]
    public async Task Whom_a_verification_did_not_find_it_does_not_find_when_it_is_repeated()
    {
        var stranger = new Customer(Bank, (await Bank.Customer()).ServiceId, "nobody");
        var first = await stranger.Verify("123456", idempotencyKey: "k-1");
        await Bank.Put($"contracts/{stranger.ServiceId}/users/{stranger.UserId}", new { displayName = "新人", role = "general" });

        var again = await stranger.Verify("123456", idempotencyKey: "k-1");

        (first.Code, first.Problem).ShouldBe((404, "user_not_found"));
        again.Text.ShouldBe(first.Text);
        (await stranger.Verify("123456", idempotencyKey: "k-2"))["reason"].ShouldBe("no_token");
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await customer.Verify(await phone.Password(), idempotencyKey: "k-1");

        var reply = await customer.Verify("000000", idempotencyKey: "k-1");

        reply.Code.ShouldBe(409);
        reply.Problem.ShouldBe("idempotency_key_reused");
    }

    [Fact]
    public async Task A_faulty_verification_under_a_used_key_is_another_call_and_uses_up_no_key()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await customer.Verify(await phone.Password(), idempotencyKey: "k-1");
        var faulty = await customer.Verify("12ab", idempotencyKey: "k-2");

        (await customer.Verify("12ab", idempotencyKey: "k-1")).Problem.ShouldBe("idempotency_key_reused");
        faulty.Code.ShouldBe(400);
        (await customer.Verify(await phone.Password(), idempotencyKey: "k-2"))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task Keys_of_different_banks_do_not_meet()
    {
        var other = await Centre.Bank("9002");
        var mine = await Bank.Customer();
        var theirs = await other.Customer();

        (await mine.Verify("123456", idempotencyKey: "k-1")).Code.ShouldBe(200);
        (await theirs.Verify("654321", idempotencyKey: "k-1")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task After_a_day_the_key_is_free_again()
    {
        var customer = await Bank.Customer();
        var first = await customer.Verify("123456", idempotencyKey: "k-1");
        Wait(minutes: 24 * 60);

        var later = await customer.Verify("123456", idempotencyKey: "k-1");

        later["verificationId"].ShouldNotBe(first["verificationId"]);
        Wait(minutes: 24 * 60 + 1);
        (await Centre.RunJob("cleanup")).ShouldBeGreaterThan(0);
    }
}
