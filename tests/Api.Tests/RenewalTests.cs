using KenshinOtp.Institutions;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

public sealed class RenewalTests : CentreTest
{
    private const double Day = 24 * 60;

    [Fact]
    public async Task A_token_is_renewed_from_thirty_days_before_it_lapses()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(699 * Day);
        var early = await phone.Renew(await phone.Password());
        early.Code.ShouldBe(409);
        early.Problem.ShouldBe("renewal_not_open");
        DateTimeOffset.Parse(early["opensAt"]!).ShouldBeGreaterThan(Centre.Now);
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'renewal.refused'")).ShouldBe("renewal_not_open"); // why its password counts no more

        Wait(2 * Day);
        var renewed = await phone.Renew(await phone.Password());

        renewed.Code.ShouldBe(200);
        renewed["expiresAt"]!.ShouldEndWith("T14:59:59Z"); // the end of a day in Japan
        (DateTimeOffset.Parse(renewed["expiresAt"]!) - Centre.Now.AddDays(730)).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(1));
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        DateTimeOffset.Parse((await customer.Look())["token.expiresAt"]!).ShouldBe(DateTimeOffset.Parse(renewed["expiresAt"]!));
    }

    [Fact]
    public async Task A_renewed_token_stays_in_use_when_its_old_date_passes()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        var renewed = await phone.Renew(await phone.Password());
        Wait(25 * Day);
        await Centre.RunJob("expiry");

        var seen = await customer.Look();
        (seen["token.status"], seen["token.expiresAt"]).ShouldBe(("inUse", renewed["expiresAt"]));
        (await Bank.Get("tokens?status=inUse")).Text.ShouldContain(phone.Serial!);
        (await Bank.Get("tokens?status=expired")).Text.ShouldNotContain(phone.Serial!);
        (await Bank.Get($"tokens?expiresBefore={Centre.Now.AddDays(1):yyyy-MM-dd'T'HH:mm:ss'Z'}")).Text.ShouldNotContain(phone.Serial!);
        (await customer.Revoke())["errors.otp"].ShouldNotBeNull("the phone shows passwords that count");
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_renewed_secret_that_nobody_used_lapses_on_its_own_date_and_is_renewed_in_its_turn()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        await phone.Renew(await phone.Password());
        Wait(731 * Day);

        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_expired");
        await Centre.RunJob("expiry");
        (await customer.Look())["token.status"].ShouldBe("expired");
        (await Audit.Events(Centre)).ShouldContain("token.expired");

        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_renewal_tried_with_a_stopped_token_is_seen_by_its_institution_alone()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await customer.Do("suspend");
        Wait(710 * Day);

        var stopped = await phone.Renew(await phone.Password());

        stopped.Text.ShouldBe((await Centre.Phone().Renew("123456", "KNST99999999")).Text);
        (await Audit.Value(Centre, "select detail from audit_entry a join institution i on i.id = a.institution_id where action = 'renewal.refused' and i.code = '9001'"))
            .ShouldBe("suspended");
        (await Audit.Actions(Centre)).Count(action => action == "renewal.refused").ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_lost_on_the_way_locks_nobody_out()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        var old = phone.Secret;
        (await phone.Renew(await phone.Password())).Code.ShouldBe(200); // lost: the phone goes on with the old secret
        var renewed = phone.Secret;

        Wait(minutes: 1);
        (await customer.Verify(await phone.Password(old)))["result"].ShouldBe("accepted");
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password(renewed)))["result"].ShouldBe("accepted");
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password(old)))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(await phone.Password(renewed)))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task The_first_password_of_a_renewed_secret_is_accepted_once()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        await phone.Renew(await phone.Password());
        var first = await phone.Password();

        (await customer.Verify(first))["result"].ShouldBe("accepted");
        (await customer.Verify(first))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task A_lost_renewal_can_be_repeated_with_the_next_password()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        var old = phone.Secret;
        var password = await phone.Password();
        await phone.Renew(password);
        (await phone.Renew(password))["reason"].ShouldBe("otp_replayed");

        Wait(minutes: 1);
        (await phone.Renew(await phone.Password(old))).Code.ShouldBe(200);

        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task The_password_that_renewed_is_used_up()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        var password = await phone.Password();
        await phone.Renew(password);

        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task Renewals_at_once_with_one_password_give_one_secret()
    {
        var (_, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        var (serial, password) = (phone.Serial, await phone.Password());

        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Centre.Phone().Renew(password, serial)));

        replies.Count(reply => reply.Code == 200).ShouldBe(1);
    }

    [Fact]
    public async Task Strangers_who_guess_slow_down_renewals_and_never_lock_the_token_at_the_bank()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        for (var i = 0; i < 5; i++)
            (await Centre.Phone().Renew(await phone.WrongPassword(), phone.Serial)).Problem.ShouldBe("invalid_otp");

        var blocked = await Centre.Phone().Renew(await phone.Password(), phone.Serial);

        blocked.Code.ShouldBe(429);
        blocked.Message.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromMinutes(15));
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        Wait(minutes: 1);
        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_policy_that_demands_sealing_holds_at_the_renewal_too()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("requireSealedDelivery", "true")], CancellationToken.None);
        Wait(710 * Day);
        var password = await phone.Password();

        (await phone.Renew(password)).Problem.ShouldBe("sealed_delivery_required");

        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed"); // it was not tried out for the bank
    }

    [Fact]
    public async Task Under_such_a_policy_an_app_with_a_key_renews()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("requireSealedDelivery", "true")], CancellationToken.None);
        Wait(710 * Day);

        var renewed = await phone.Renew(await phone.Password(), devicePublicKey: Phone.PublicKey);

        renewed.Code.ShouldBe(200);
        renewed["secret"].ShouldBeNull();
        renewed["sealedSecret"]!.Split('.').Length.ShouldBe(5, "a compact JWE");
        (await customer.Look())["token.status"].ShouldBe("inUse");
    }

    [Fact]
    public async Task Nor_is_a_password_of_the_renewed_secret_tried_out_there()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);
        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);
        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("requireSealedDelivery", "true")], CancellationToken.None);
        Wait(minutes: 1);
        var password = await phone.Password();

        (await phone.Renew(password)).Problem.ShouldBe("sealed_delivery_required");

        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed");
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task Nor_does_such_a_policy_tell_whose_serial_is_known()
    {
        var (_, phone) = await Bank.CustomerWithToken();
        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("requireSealedDelivery", "true")], CancellationToken.None);
        Wait(710 * Day);

        var unknown = await Centre.Phone().Renew("123456", "KNST99999999");
        for (var i = 0; i < 5; i++)
            (await phone.Renew(await phone.WrongPassword())).Text.ShouldBe(unknown.Text);

        (await phone.Renew(await phone.Password())).Code.ShouldBe(429); // they were counted
    }

    [Fact]
    public async Task A_password_tried_out_before_the_renewal_opens_is_used_up()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var password = await phone.Password();

        (await phone.Renew(password)).Problem.ShouldBe("renewal_not_open");

        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task Guesses_at_an_expired_token_whose_renewal_waits_lock_it()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(731 * Day);
        var old = phone.Secret;
        await phone.Renew(await phone.Password());
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password(old)))["reason"].ShouldBe("token_expired");

        for (var i = 0; i < 10; i++)
            (await customer.Verify(await phone.WrongPassword()))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_locked");
    }

    [Fact]
    public async Task An_unknown_serial_looks_like_a_wrong_password()
    {
        var (_, phone) = await Bank.CustomerWithToken();
        Wait(710 * Day);

        var unknown = await Centre.Phone().Renew("123456", "KNST99999999");
        var wrong = await Centre.Phone().Renew(await phone.WrongPassword(), phone.Serial);

        (unknown.Code, unknown["reason"]).ShouldBe((422, "otp_mismatch"));
        unknown.Text.ShouldBe(wrong.Text);
    }
}
