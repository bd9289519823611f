using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class DiscontinuationTests : ShinkinTest
{
    [Fact]
    public async Task Whoever_discontinues_has_no_token_and_may_begin_again_with_the_same()
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();

        (await customer.Discontinue(await phone.WrongPassword())).Problem.ShouldBe("invalid_otp");
        var receipt = await customer.Discontinue(await phone.Password());

        receipt.Code.ShouldBe(200);
        receipt["token.status"].ShouldBe("unbound");
        var user = await customer.Look();
        (user["token"], user["nextStep"]).ShouldBe((null, "register"));
        WaitForNextPassword();
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("no_token");
        (await customer.Discontinue(await phone.Password())).Problem.ShouldBe("token_not_found");
        (await customer.Register(phone.Serial, await phone.Password())).Code.ShouldBe(200);
        (await Audit.Events(Centre)).ShouldBe(["token.registered", "token.discontinued", "token.registered"]);
    }

    [Fact]
    public async Task Whoever_is_without_a_token_for_too_long_is_reported_once()
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();
        await customer.Discontinue(await phone.Password());

        WaitDays(29);
        await Centre.RunJob("grace");
        (await Audit.Events(Centre)).ShouldNotContain("user.unregistered");
        WaitDays(2);
        await Centre.RunJob("grace");
        await Centre.RunJob("grace");

        (await Audit.Events(Centre)).Count(type => type == "user.unregistered").ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_comes_in_time_ends_the_grace_period()
    {
        var (customer, phone) = await Bank.CustomerWithRegisteredToken();
        await customer.Discontinue(await phone.Password());
        WaitDays(29);
        (await customer.Register(phone.Serial, await phone.Password())).Code.ShouldBe(200);

        WaitDays(40);
        await Centre.RunJob("grace");

        (await Audit.Events(Centre)).ShouldNotContain("user.unregistered");
    }

    [Fact]
    public async Task Of_a_group_one_leaves_and_the_others_keep_the_token()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "grouped");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "grouped");
        (await clerk.Verify(await phone.Password()))["reason"].ShouldBe("no_token");
        (await clerk.Register(phone.Serial, await phone.Password())).Code.ShouldBe(200);
        WaitForNextPassword();
        (await chief.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        WaitForNextPassword();

        (await chief.Discontinue(await phone.Password()))["token.status"].ShouldBe("inUse");

        WaitForNextPassword();
        (await chief.Verify(await phone.Password()))["reason"].ShouldBe("no_token");
        (await clerk.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        WaitForNextPassword();
        (await clerk.Discontinue(await phone.Password()))["token.status"].ShouldBe("unbound"); // nobody is left who uses it
    }

    [Fact]
    public async Task Where_all_share_a_token_it_ends_for_all()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "shared");

        await chief.Discontinue(await phone.Password());

        WaitForNextPassword();
        (await clerk.Verify(await phone.Password()))["reason"].ShouldBe("no_token");
        WaitDays(31);
        (await Centre.RunJob("grace")).ShouldBe(2);
    }
}
