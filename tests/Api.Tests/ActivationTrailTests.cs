using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>What the audit trail says of activations: the app is told nothing of what was wrong, the clerk whom its user asks is.</summary>
public sealed class ActivationTrailTests : CentreTest
{
    [Fact]
    public async Task A_refused_activation_is_in_the_trail_of_its_token_with_all_that_was_wrong()
    {
        var customer = await Bank.Customer();
        var issued = await customer.Issue();
        var code = await customer.DownloadCode();

        foreach (var (service, user, pin) in new[] { ("S9", customer.UserId, Customer.Pin), (customer.ServiceId, "nobody", Customer.Pin), (customer.ServiceId, customer.UserId, "0000"), ("S9", "nobody", "0000") })
            (await Centre.Phone().Activate(code, service, user, pin)).Problem.ShouldBe("activation_failed");

        (await Audit.Values(Centre, $"select state_after from audit_entry where {Refused} and {OfToken(customer, issued)} order by id")).ShouldBe(
            ["service_id_mismatch", "user_id_mismatch", "pin_mismatch", "service_id_mismatch, user_id_mismatch, pin_mismatch"]);
        (await customer.Look())["token.status"].ShouldBe("issued");
    }

    [Fact]
    public async Task One_by_a_link_that_never_was_is_in_the_trail_of_nobody()
    {
        var customer = await Bank.Customer();

        (await Centre.Phone().Activate("AAAAAAAAAAAAAAAAAAAAAA", customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("activation_failed");

        (await Audit.Value(Centre, $"select count(*) from audit_entry where {Refused} and institution_id = '' and service_id is null and user_id is null and serial is null"))
            .ShouldBe("1");
    }

    [Fact]
    public async Task An_activation_is_in_the_trail_with_the_state_before_and_after()
    {
        var customer = await Bank.Customer();
        var issued = await customer.Issue();
        for (var i = 0; i < 2; i++)
            (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);

        foreach (var (column, states) in new[] { ("state_before", new[] { "issued", "activated" }), ("state_after", ["activated", "activated"]) })
            (await Audit.Values(Centre, $"select {column} from audit_entry where action = 'token.activated' and {OfToken(customer, issued)} order by id")).ShouldBe(states, column);
    }

    private static string Refused => "action = 'activation.refused'";

    private static string OfToken(Customer customer, Reply issued) =>
        $"service_id = '{customer.ServiceId}' and user_id = '{customer.UserId}' and serial = '{issued["token.serial"]}' and institution_id <> ''";
}
