using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class RegistrationTests : ShinkinTest
{
    [Fact]
    public async Task A_user_registers_a_token_by_serial_and_password_and_uses_it()
    {
        var customer = await Bank.Customer();
        (await customer.Look())["nextStep"].ShouldBe("register");
        (await customer.Verify("123456"))["reason"].ShouldBe("no_token");
        var phone = await Bank.EnrolledPhone();

        var receipt = await customer.Register(phone.Serial, await phone.Password());

        receipt.Code.ShouldBe(200);
        receipt["receiptNumber"]!.Length.ShouldBe(12);
        receipt["token.status"].ShouldBe("inUse");
        receipt["token.kind"].ShouldBe("selfEnrolled");
        (await customer.Look())["nextStep"].ShouldBe("none");
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("otp_replayed"); // the password that registered is used up
        WaitForNextPassword();
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        (await Audit.Events(Centre)).ShouldBe(["token.registered"]);
    }

    [Fact]
    public async Task A_personal_user_chooses_whether_log_in_asks_for_a_password()
    {
        var (careful, phone) = await Registered("S1", otpAtLogin: true);
        (await careful.Verify(await phone.Password(), "login"))["result"].ShouldBe("accepted");

        var (other, otherPhone) = await Registered("S2", otpAtLogin: false);
        (await other.Verify(await otherPhone.Password(), "login"))["reason"].ShouldBe("otp_not_required");
        (await other.Verify(await otherPhone.Password(), "certificate"))["reason"].ShouldBe("otp_not_required");
        (await other.Verify(await otherPhone.Password(), "limitChange"))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_business_user_gets_a_certificate_with_a_password_and_never_logs_in_with_one()
    {
        var business = await Centre.Bank("9003", "shinkin-business");
        var (customer, phone) = await business.CustomerWithRegisteredToken();
        await business.Put($"contracts/{customer.ServiceId}/users/{customer.UserId}", new { displayName = "山田", role = "administrator", otpAtLogin = true });

        (await customer.Verify(await phone.Password(), "login"))["reason"].ShouldBe("otp_not_required");
        (await customer.Verify(await phone.Password(), "certificate"))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task What_cannot_be_registered_is_told_apart()
    {
        var (owner, ownPhone) = await Bank.CustomerWithRegisteredToken();
        var foreign = await (await Centre.Bank("9003", "shinkin-business")).EnrolledPhone();
        var customer = await Bank.Customer("S2");

        (await customer.Register("SKTS99999999", "123456")).Problem.ShouldBe("serial_unknown");
        (await customer.Register(foreign.Serial, await foreign.Password())).Problem.ShouldBe("serial_unknown");
        (await customer.Register(ownPhone.Serial, await ownPhone.Password())).Problem.ShouldBe("serial_in_use");
        var again = await owner.Register(ownPhone.Serial, await ownPhone.Password());
        (again.Problem, again["status"]).ShouldBe(("invalid_transition", "inUse"));
        var faulty = await customer.Register("?", "12");
        faulty.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["serial", "otp"]);
        await owner.Revoke();
        (await customer.Register(ownPhone.Serial, await ownPhone.Password()))["status"].ShouldBe("revoked");
    }

    [Fact]
    public async Task Serials_are_understood_as_people_type_them()
    {
        var customer = await Bank.Customer();
        var phone = await Bank.EnrolledPhone();
        var typed = "ｓｋｔｓ " + phone.Serial[4..8] + "　" + phone.Serial[8..];

        (await customer.Register(typed, await phone.Password()))["token.serial"].ShouldBe(phone.Serial);
    }

    [Fact]
    public async Task Wrong_passwords_make_the_next_try_wait_and_lock_nobody_out()
    {
        var customer = await Bank.Customer();
        var phone = await Bank.EnrolledPhone();
        for (var i = 0; i < 5; i++)
        {
            var refused = await customer.Register(phone.Serial, await phone.WrongPassword());
            (refused.Problem, refused["reason"]).ShouldBe(("invalid_otp", "otp_mismatch"));
        }

        (await customer.Register(phone.Serial, await phone.Password())).Problem.ShouldBe("rate_limited");
        Centre.Clock.Advance(TimeSpan.FromMinutes(15));
        (await customer.Register(phone.Serial, await phone.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task Whoever_offers_the_token_of_others_with_wrong_passwords_does_not_lock_it()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "grouped");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "grouped");

        for (var i = 0; i < 5; i++)
            (await clerk.Register(phone.Serial, await phone.WrongPassword()))["reason"].ShouldBe("otp_mismatch");

        (await clerk.Register(phone.Serial, await phone.Password())).Problem.ShouldBe("rate_limited");
        (await chief.Look())["token.status"].ShouldBe("inUse");
        (await chief.Verify(await phone.Password()))["remainingAttempts"].ShouldBe("10");
        WaitForNextPassword();
        (await clerk.Register(phone.Serial, await phone.Password())).Code.ShouldBe(200, "a password at the bank ends the wait");
    }

    [Fact]
    public async Task Who_joins_the_token_of_others_needs_a_password_that_counts()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "grouped");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "grouped");
        var used = await phone.Password();
        await chief.Verify(used);

        (await clerk.Register(phone.Serial, used))["reason"].ShouldBe("otp_replayed");
        await chief.Do("suspend");
        WaitForNextPassword();
        (await clerk.Register(phone.Serial, await phone.Password()))["reason"].ShouldBe("token_suspended");

        (await clerk.Look())["token"].ShouldBeNull();
    }

    [Fact]
    public async Task A_serial_offered_by_many_at_once_goes_to_one()
    {
        var phone = await Bank.EnrolledPhone();
        var password = await phone.Password();
        var customers = new List<Customer>();
        for (var i = 0; i < 12; i++)
            customers.Add(await Bank.Customer($"S{i}"));

        var replies = await Task.WhenAll(customers.Select(customer => customer.Register(phone.Serial, password)));

        replies.Count(reply => reply.Code == 200).ShouldBe(1);
        replies.Where(reply => reply.Code != 200).ShouldAllBe(reply => reply.Problem == "serial_in_use");
    }

    [Fact]
    public async Task A_user_who_registers_two_tokens_at_once_has_one()
    {
        var customer = await Bank.Customer();
        var phones = new List<(string Serial, string Password)>();
        for (var i = 0; i < 6; i++)
        {
            var phone = await Bank.EnrolledPhone();
            phones.Add((phone.Serial, await phone.Password()));
        }

        var replies = await Task.WhenAll(phones.Select(phone => customer.Register(phone.Serial, phone.Password)));

        replies.Count(reply => reply.Code == 200).ShouldBe(1);
        (await Bank.Get("tokens?status=unbound")).Json.GetProperty("items").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task An_administrator_registers_for_another_and_a_general_user_does_not()
    {
        await Bank.Customer("S1", "chief");
        var clerk = await Bank.Customer("S1", "clerk", role: "general");
        await Bank.Customer("S1", "other", role: "general");
        var phone = await Bank.EnrolledPhone();

        (await clerk.Register(phone.Serial, await phone.Password(), actingUserId: "other")).Problem.ShouldBe("not_administrator");
        (await clerk.Register(phone.Serial, await phone.Password(), actingUserId: "nobody")).Problem.ShouldBe("user_not_found");
        (await clerk.Register(phone.Serial, await phone.Password(), actingUserId: "chief")).Code.ShouldBe(200);
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'token.registered'")).ShouldBe("by chief");
    }

    [Fact]
    public async Task A_registered_token_is_suspended_resumed_and_revoked_like_any_other()
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();
        await Bank.Customer("S1000001", "chief");

        (await customer.Do("suspend")).Code.ShouldBe(200);
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_suspended");
        (await customer.Do("resume", "chief"))["token.status"].ShouldBe("inUse");
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        (await customer.Revoke(actingUserId: "chief"))["token.status"].ShouldBe("revoked");
        (await customer.Look())["nextStep"].ShouldBe("register");
    }

    private async Task<(Customer Customer, Phone Phone)> Registered(string serviceId, bool otpAtLogin)
    {
        var customer = await Bank.Customer(serviceId);
        var phone = await Bank.EnrolledPhone();
        (await customer.Register(phone.Serial, await phone.Password(), otpAtLogin)).Code.ShouldBe(200);
        WaitForNextPassword();
        return (customer, phone);
    }
}
