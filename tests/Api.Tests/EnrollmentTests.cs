using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class EnrollmentTests : ShinkinTest
{
    [Fact]
    public async Task An_app_makes_its_own_token_and_nobody_owns_it()
    {
        var phone = Centre.Phone();
        var reply = await phone.Enroll("9002");

        reply.Code.ShouldBe(201);
        phone.Serial.ShouldMatch("^SKTS[0-9]{8}$");
        reply["institutionName"].ShouldBe("第9002信用組合");
        reply["period"].ShouldBe("30");
        reply["serviceId"].ShouldBeNull();
        reply["expiresAt"].ShouldBeNull();
        var listed = await Bank.Get("tokens?status=unbound");
        listed.Json.GetProperty("items")[0].GetProperty("serial").GetString().ShouldBe(phone.Serial);
        listed.Json.GetProperty("items")[0].GetProperty("kind").GetString().ShouldBe("selfEnrolled");
    }

    [Fact]
    public async Task Only_institutions_with_such_tokens_can_be_chosen()
    {
        await Centre.Bank("9001");

        var choices = await Centre.Phone().Get("app/v1/institutions");

        choices.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("code").GetString()).ShouldBe(["9002"]);
        (await Centre.Phone().Enroll("9001")).Problem.ShouldBe("not_self_enrolled");
        (await Centre.Phone().Enroll("9999")).Problem.ShouldBe("institution_not_found");
        (await Centre.Phone().Enroll("みずうみ")).Json.GetProperty("errors").TryGetProperty("institution", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Where_the_policy_demands_it_the_secret_leaves_sealed_only()
    {
        await Centre.Bank("9003", "shinkin-business", ("requireSealedDelivery", "true"));

        (await Centre.Phone().Enroll("9003")).Problem.ShouldBe("sealed_delivery_required");
    }

    [Fact]
    public async Task A_flood_of_new_tokens_is_put_off()
    {
        for (var i = 0; i < 20; i++)
            (await Centre.Phone().Enroll("9002")).Code.ShouldBe(201);

        var reply = await Centre.Phone().Enroll("9002");

        reply.Problem.ShouldBe("rate_limited");
        reply.Message.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_token_that_nobody_registers_is_cleaned_up_after_90_days()
    {
        var (customer, registered) = await Bank.CustomerWithRegisteredToken();
        var forsaken = await Bank.EnrolledPhone();

        WaitDays(89);
        await Centre.RunJob("cleanup");
        (await Bank.Get("tokens")).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        WaitDays(2);
        await Centre.RunJob("cleanup");

        (await customer.Register(forsaken.Serial, await forsaken.Password())).Problem.ShouldBe("invalid_transition"); // the customer has one
        (await (await Bank.Customer("S2")).Register(forsaken.Serial, await forsaken.Password())).Problem.ShouldBe("serial_unknown");
        (await customer.Verify(await registered.Password()))["result"].ShouldBe("accepted");
        (await Audit.Actions(Centre)).ShouldContain("token.removed");
    }
}
