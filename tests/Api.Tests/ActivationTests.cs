using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class ActivationTests : CentreTest
{
    private const int Phones = 9; // one less than wrong first passwords lock a token

    [Fact]
    public async Task Of_right_activations_at_once_the_last_one_counts_and_none_is_told_to_be_wrong()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        var phones = Enumerable.Range(0, Phones).Select(_ => Centre.Phone()).ToList();

        var replies = await Task.WhenAll(phones.Select(phone => phone.Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)));

        replies.ShouldAllBe(reply => reply.Code == 200);
        (await Audit.Value(Centre, "select count(*) from audit_entry where action = 'token.activated'")).ShouldBe($"{Phones}");
        var confirmations = new List<Reply>();
        foreach (var phone in phones)
            confirmations.Add(await customer.Confirm(await phone.Password()));
        confirmations.Count(reply => reply.Code == 200).ShouldBe(1);
    }

    [Fact]
    public async Task A_link_that_newer_mails_replaced_is_dead_to_whoever_has_it_whatever_else_is_typed()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var codes = new List<string> { await customer.DownloadCode() };
        await customer.Resend();
        codes.Add(await customer.DownloadCode());
        await customer.Resend();

        var replies = new List<Reply>();
        foreach (var code in codes)
        {
            foreach (var (user, pin) in new[] { (customer.UserId, Customer.Pin), (customer.UserId, "0000"), ("nobody", Customer.Pin) })
                replies.Add(await Centre.Phone().Activate(code, customer.ServiceId, user, pin));
        }

        replies.ShouldAllBe(reply => reply.Code == 410 && reply.Problem == "download_expired");
        replies.Select(reply => reply.Text).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem(); // IDs and PINs are not to be guessed at by it
        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task The_link_dies_after_a_day()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        Wait(minutes: 24 * 60);

        var reply = await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin);

        reply.Code.ShouldBe(410);
        reply.Problem.ShouldBe("download_expired");
        (await customer.Resend()).Code.ShouldBe(202);
    }

    [Fact]
    public async Task After_a_new_issuance_the_older_mails_link_is_dead_and_not_a_token_in_use()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var older = await customer.DownloadCode();
        Wait(minutes: 30);
        (await customer.Issue(pin: "5822")).Code.ShouldBe(202);

        foreach (var pin in new[] { Customer.Pin, "5822" })
            (await Centre.Phone().Activate(older, customer.ServiceId, customer.UserId, pin)).Problem.ShouldBe("download_expired");

        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, "5822")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task So_it_is_when_too_many_guesses_had_made_the_older_issuance_void()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var older = await customer.DownloadCode();
        for (var i = 0; i < 5; i++)
            await Centre.Phone().Activate(older, customer.ServiceId, customer.UserId, "0000");
        Wait(minutes: 30);
        (await customer.Issue()).Code.ShouldBe(202);

        (await Centre.Phone().Activate(older, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("download_expired");
    }

    [Theory]
    [InlineData("suspend", "suspended")]
    [InlineData("revoke", null)]
    public async Task What_stands_against_an_activation_is_told_by_the_tokens_state(string action, string? state)
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        (await customer.Do(action)).Code.ShouldBe(200);

        var reply = await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin);

        reply.Problem.ShouldBe(state is null ? "download_expired" : "invalid_transition");
        reply["tokenStatus"].ShouldBe(state);
    }

    [Fact]
    public async Task An_answer_lost_on_the_way_strands_nobody_and_the_last_secret_counts()
    {
        var customer = await Bank.Customer();
        var lost = await customer.ActivatedPhone();
        var phone = Centre.Phone();
        (await phone.Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);

        (await customer.Confirm(await lost.Password())).Problem.ShouldBe("invalid_otp");
        (await customer.Confirm(await phone.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task After_confirmation_the_link_gives_nothing_away_any_more()
    {
        var (customer, _) = await Bank.CustomerWithToken();

        var again = await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin);

        again.Problem.ShouldBe("invalid_transition");
        again["status"].ShouldBe("inUse");
        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, "0000")).Problem.ShouldBe("activation_failed");
    }

    [Fact]
    public async Task A_policy_that_demands_sealing_shuts_out_apps_without_a_key()
    {
        var bank = await Centre.Bank("9002", policy: [("requireSealedDelivery", "true")]);
        var customer = await bank.Customer();
        await customer.Issue();

        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("sealed_delivery_required");

        (await customer.Look())["token.status"].ShouldBe("issued");
    }

    [Fact]
    public async Task Under_such_a_policy_an_app_with_a_key_is_activated()
    {
        var bank = await Centre.Bank("9002", policy: [("requireSealedDelivery", "true")]);
        var customer = await bank.Customer();
        await customer.Issue();

        var activated = await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin, Phone.PublicKey);

        activated.Code.ShouldBe(200);
        activated["secret"].ShouldBeNull();
        activated["sealedSecret"]!.Split('.').Length.ShouldBe(5, "a compact JWE");
        (await customer.Look())["token.status"].ShouldBe("activated");
    }

    [Fact]
    public async Task A_token_suspended_before_its_first_use_can_still_be_activated_after_a_clean_up()
    {
        var customer = await Bank.Customer(role: "general");
        await Bank.Customer(userId: "boss");
        await customer.Issue();
        await customer.Do("suspend");
        Wait(minutes: 25 * 60);
        await Centre.RunJob("cleanup");
        (await customer.Do("resume", "boss"))["token.status"].ShouldBe("issued");
        await customer.Resend();

        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_malformed_call_is_told_field_by_field()
    {
        var reply = await Centre.Phone().Post("app/v1/activations", new { activationPin = "x", devicePublicKey = new { kty = "EC" } });

        reply.Code.ShouldBe(400);
        reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name)
            .ShouldBe(["activationPin", "serviceId", "userId", "downloadCode", "devicePublicKey"], ignoreOrder: true);
    }
}
