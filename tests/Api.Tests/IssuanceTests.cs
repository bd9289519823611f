using KenshinOtp.Institutions;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

public sealed class IssuanceTests : CentreTest
{
    [Theory]
    [InlineData("a@b, c@d", "1234", "mobileEmail")]
    [InlineData("a@docomo.ne.jp\r\nBcc: x@example.jp", "1234", "mobileEmail")]
    [InlineData("", "1234", "mobileEmail")]
    [InlineData("a@docomo.ne.jp", "12", "activationPin")]
    [InlineData("a@docomo.ne.jp", "abcd", "activationPin")]
    public async Task Bad_input_is_told_by_field_and_nothing_is_stored(string email, string pin, string field)
    {
        var customer = await Bank.Customer();

        var reply = await customer.Issue(email, pin);

        reply.Code.ShouldBe(400);
        reply.Problem.ShouldBe("invalid_request");
        reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
        (await customer.Look())["token"].ShouldBeNull();
        await Centre.RunJob("mail");
        Directory.Exists(Centre.MailDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task The_earlier_link_is_dead_once_the_mail_was_sent_again_to_a_corrected_address()
    {
        var customer = await Bank.Customer();
        await customer.Issue("wrong@docomo.ne.jp");
        var earlier = await customer.DownloadCode();

        var resent = await customer.Resend("right@ezweb.ne.jp");

        resent.Code.ShouldBe(202);
        resent["token.mobileEmail"].ShouldBe("r***@ezweb.ne.jp");
        (await Centre.Phone().Activate(earlier, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("download_expired");
        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
        (await Centre.DeliveredMails())[^1].To.ShouldContain("right@ezweb.ne.jp");
    }

    [Fact]
    public async Task A_mail_that_was_still_waiting_is_not_sent_once_another_took_its_place()
    {
        var customer = await Bank.Customer();
        await customer.Issue("wrong@docomo.ne.jp");
        await customer.Resend("right@ezweb.ne.jp");

        (await Centre.DeliveredMails()).ShouldHaveSingleItem().To.ShouldContain("right@ezweb.ne.jp");
    }

    [Fact]
    public async Task A_token_never_confirmed_is_issued_again_after_the_cooling_time_and_the_old_one_is_dead()
    {
        var customer = await Bank.Customer();
        var lost = await customer.ActivatedPhone();
        (await customer.Issue()).Problem.ShouldBe("too_soon");

        Wait(minutes: 30);
        var phone = await customer.ActivatedPhone();

        (await customer.Confirm(await lost.Password())).Problem.ShouldBe("invalid_otp");
        (await customer.Confirm(await phone.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_token_in_use_is_not_issued_over()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Wait(minutes: 60);

        var reply = await customer.Issue();

        reply.Problem.ShouldBe("invalid_transition");
        reply["status"].ShouldBe("inUse");
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task Every_user_of_a_contract_that_shares_a_token_uses_the_same()
    {
        var first = await Bank.Customer("S2", "first", tokenMode: "shared");
        var phone = await first.ActivatedPhone();
        await first.Confirm(await phone.Password());
        var second = await Bank.Customer("S2", "second", "general", tokenMode: "shared");
        Wait(minutes: 1);

        var password = await phone.Password();
        (await second.Verify(password))["result"].ShouldBe("accepted");
        (await first.Verify(password))["reason"].ShouldBe("otp_replayed");
    }

    [Fact]
    public async Task Nobody_is_reported_as_without_a_token_who_has_never_had_one_in_use()
    {
        var first = await Bank.Customer("S2", "first", tokenMode: "shared");
        await Bank.Customer("S2", "second", "general", tokenMode: "shared");
        await first.Issue();

        await Bank.Put("contracts/S2", new { name = "湖畔商店", tokenMode = "individual" }); // the token was to be everybody's

        Centre.Clock.Advance(TimeSpan.FromDays(31));
        (await Centre.RunJob("grace")).ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_cooling_time_nothing_is_too_soon_though_the_clocks_of_two_nodes_differ()
    {
        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("reissueCooldownMinutes", "0")], CancellationToken.None);
        var customer = await Bank.Customer();
        await customer.Issue();
        Centre.Clock.Set(Centre.Now.AddMilliseconds(-5));

        (await customer.Issue()).Code.ShouldBe(202);
    }

    [Fact]
    public async Task A_mail_withdrawn_by_a_revocation_is_never_sent_and_has_no_state()
    {
        var customer = await Bank.Customer();
        await customer.Issue();

        (await customer.Revoke())["token.mail"].ShouldBeNull();

        (await Centre.RunJob("mail")).ShouldBe(0);
    }

    [Fact]
    public async Task A_draft_left_by_a_crash_does_not_keep_its_mail_from_the_pickup_directory()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var id = await Audit.Value(Centre, "select id from outbox_mail");
        Directory.CreateDirectory(Path.Combine(Centre.MailDirectory, ".draft-" + id));
        await File.WriteAllTextAsync(Path.Combine(Centre.MailDirectory, ".draft-" + id, "half.eml"), "half");

        (await Centre.DeliveredMails()).ShouldHaveSingleItem().Link.ShouldNotBeNull();
    }

    [Fact]
    public async Task Thirty_issuances_at_once_make_one_token()
    {
        var customer = await Bank.Customer();

        var replies = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => customer.Issue()));

        replies.Count(reply => reply.Code == 202).ShouldBe(1);
        replies.Where(reply => reply.Code != 202).ShouldAllBe(reply => reply.Problem == "too_soon");
        (await Centre.DeliveredMails()).Count.ShouldBe(1);
    }
}
