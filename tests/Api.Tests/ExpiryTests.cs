namespace KenshinOtp.Api.Tests;

/// <summary>What happens by date: expiry, the opening of renewals with its notices, the end of grace.</summary>
public sealed class ExpiryTests : CentreTest
{
    private const double Day = 24 * 60;

    [Fact]
    public async Task After_the_date_verification_is_refused_and_renewal_still_works()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(731 * Day);
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_expired");
        (await Centre.RunJob("expiry")).ShouldBeGreaterThan(0);
        (await customer.Look())["token.status"].ShouldBe("expired");

        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);

        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        (await customer.Look())["token.status"].ShouldBe("inUse");
    }

    [Fact]
    public async Task A_token_that_has_lapsed_is_not_announced_as_about_to()
    {
        await Bank.CustomerWithToken();
        Wait(731 * Day); // no job ran meanwhile, or the token was stopped

        (await Centre.RunJob("expiry")).ShouldBe(1);

        (await Audit.Events(Centre)).ShouldContain("token.expired");
        (await Audit.Events(Centre)).ShouldNotContain("token.expiring");
    }

    [Fact]
    public async Task A_suspension_that_is_lifted_after_the_date_leaves_an_expired_token_in_every_record()
    {
        await Bank.Customer(userId: "boss");
        var (customer, _) = await Bank.CustomerWithToken(role: "general");
        Wait(731 * Day);
        await customer.Do("suspend");

        var resumed = await customer.Do("resume", "boss");

        resumed["token.status"].ShouldBe("expired");
        var told = (await Bank.Get("events?limit=1000")).Json.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "token.resumed");
        told.GetProperty("data").GetProperty("after").GetString().ShouldBe("expired");
    }

    [Fact]
    public async Task A_lapse_is_announced_once_and_the_next_one_again()
    {
        await Bank.Customer(userId: "boss");
        var (customer, phone) = await Bank.CustomerWithToken(role: "general");
        Wait(731 * Day);
        await Centre.RunJob("expiry");
        (await Lapses()).ShouldBe(1);

        await customer.Do("suspend");
        (await customer.Do("resume", "boss"))["token.status"].ShouldBe("expired");
        await Centre.RunJob("expiry");
        (await Lapses()).ShouldBe(1);

        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        Wait(731 * Day);
        await Centre.RunJob("expiry");
        (await Lapses()).ShouldBe(2);
    }

    [Fact]
    public async Task A_lapse_while_the_token_was_suspended_is_announced_once_it_is_lifted()
    {
        await Bank.Customer(userId: "boss");
        var (customer, _) = await Bank.CustomerWithToken(role: "general");
        await customer.Do("suspend");
        Wait(731 * Day);
        await Centre.RunJob("expiry");
        (await Lapses()).ShouldBe(0);

        await customer.Do("resume", "boss");
        await Centre.RunJob("expiry");
        await Centre.RunJob("expiry");

        (await Lapses()).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_serves_until_the_day_that_people_are_told_is_over()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var end = DateTimeOffset.Parse((await customer.Look())["token.expiresAt"]!);

        Wait((end - Centre.Now).TotalMinutes - 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_expired");
    }

    [Fact]
    public async Task Renewals_open_with_the_day_that_people_are_told_and_notices_wait_for_its_morning()
    {
        var (customer, phone) = await Bank.CustomerWithToken("S1");
        await Bank.CustomerWithToken("S2");
        var opensAt = DateTimeOffset.Parse((await customer.Look())["token.renewalOpensAt"]!);
        (opensAt.Hour, opensAt.Minute, opensAt.Second).ShouldBe((15, 0, 0)); // midnight in Japan
        Wait((opensAt - Centre.Now).TotalMinutes - 1);
        (await phone.Renew(await phone.Password())).Problem.ShouldBe("renewal_not_open");
        (await Centre.RunJob("expiry")).ShouldBe(0);

        Wait(minutes: 1);
        (await Centre.RunJob("expiry")).ShouldBe(2);
        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);

        (await Centre.DeliveredMails()).Count.ShouldBe(2); // the links
        Wait(minutes: 9 * 60);
        (await Centre.DeliveredMails()).Count.ShouldBe(3); // whoever has renewed needs no notice
    }

    [Theory]
    [InlineData("suspend", "resume")]
    [InlineData("lock", "unlock")]
    public async Task Nor_is_a_lapse_announced_again_that_a_version_before_told_of_without_noting_it(string hindrance, string lift)
    {
        await Bank.Customer(userId: "boss");
        var (customer, phone) = await Bank.CustomerWithToken(role: "general");
        Wait(731 * Day);
        await Centre.RunJob("expiry");
        await using (var connection = await Centre.Database.Connect())
        {
            await using var forget = connection.CreateCommand();
            forget.CommandText = "update token set lapsed_at = null";
            (await forget.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        if (hindrance == "lock")
        {
            (await phone.Renew(await phone.Password())).Code.ShouldBe(200); // or its passwords are not counted
            for (var i = 0; i < 10; i++)
                await customer.Verify(await phone.WrongPassword());
            (await customer.Look())["token.status"].ShouldBe("locked");
            Wait(731 * Day); // the renewed secret lapses in its turn, and nobody has seen a password of it
        }
        else
        {
            await customer.Do(hindrance);
        }

        (await customer.Do(lift, "boss"))["token.status"].ShouldBe("expired");
        await Centre.RunJob("expiry");
        (await Lapses()).ShouldBe(1);
    }

    [Fact]
    public async Task The_expiry_job_opens_the_renewal_and_mails_one_notice()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        Wait(699 * Day);
        (await Centre.RunJob("expiry")).ShouldBe(0);
        Wait(2 * Day);

        (await Centre.RunJob("expiry")).ShouldBe(1);
        (await Centre.RunJob("expiry")).ShouldBe(0);

        var mails = await Centre.DeliveredMails();
        mails.Count.ShouldBe(2);
        mails[^1].Subject.ShouldBe("【第9001信用組合】ワンタイムパスワード有効期限のお知らせ");
        mails[^1].Body.ShouldContain("2028年4月14日");
        mails[^1].Body.ShouldContain("/d\n", Case.Sensitive, "which picks the app for smartphones or keypads");
        mails[^1].Body.ShouldNotContain(customer.ServiceId);
        (await Audit.Events(Centre)).Count(type => type == "token.expiring").ShouldBe(1);
    }

    [Fact]
    public async Task Who_renewed_before_the_notice_gets_none()
    {
        var (_, phone) = await Bank.CustomerWithToken();
        Wait(701 * Day);

        (await phone.Renew(await phone.Password())).Code.ShouldBe(200);

        (await Centre.RunJob("expiry")).ShouldBe(0);
        (await Centre.DeliveredMails()).Count.ShouldBe(1, "the one with the link");
        (await Audit.Events(Centre)).ShouldNotContain("token.expiring");
    }

    [Fact]
    public async Task Nobody_is_reminded_of_a_token_that_is_dead_by_the_morning()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var opensAt = DateTimeOffset.Parse((await customer.Look())["token.renewalOpensAt"]!);
        Wait((opensAt - Centre.Now).TotalMinutes);
        (await Centre.RunJob("expiry")).ShouldBe(1);

        (await customer.Revoke(await phone.Password())).Code.ShouldBe(200);

        Wait(minutes: 9 * 60);
        (await Centre.DeliveredMails()).Count.ShouldBe(1, "the one with the link");
    }

    [Fact]
    public async Task Whoever_never_had_a_token_in_use_is_not_told_of()
    {
        var customer = await Bank.Customer();
        await customer.ActivatedPhone();
        (await customer.Revoke()).Code.ShouldBe(200);

        Wait(31 * Day);

        (await Centre.RunJob("grace")).ShouldBe(0);
    }

    [Fact]
    public async Task The_grace_job_tells_once_of_users_who_stay_without_a_token()
    {
        var (gone, phone) = await Bank.CustomerWithToken("S1", "gone");
        await gone.Revoke(await phone.Password());
        var (back, oldPhone) = await Bank.CustomerWithToken("S2", "back");
        await back.Revoke(await oldPhone.Password());
        Wait(29 * Day);
        var newPhone = await back.ActivatedPhone();
        await back.Confirm(await newPhone.Password());
        (await Centre.RunJob("grace")).ShouldBe(0);

        Wait(2 * Day);

        (await Centre.RunJob("grace")).ShouldBe(1);
        (await Centre.RunJob("grace")).ShouldBe(0);
        (await Audit.Events(Centre)).Count(type => type == "user.unregistered").ShouldBe(1);
    }

    private async Task<int> Lapses() => (await Audit.Events(Centre)).Count(type => type == "token.expired");
}
