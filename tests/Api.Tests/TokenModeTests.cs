using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class TokenModeTests() : ShinkinTest("shinkin-business")
{
    [Fact]
    public async Task Who_shares_a_token_waits_for_the_next_password()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "shared");
        var password = await phone.Password();

        (await chief.Verify(password))["result"].ShouldBe("accepted");
        (await clerk.Verify(password))["reason"].ShouldBe("otp_replayed");
        WaitForNextPassword();
        (await clerk.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task A_bank_has_a_shared_token_lifted_by_an_administrator_who_shares_it()
    {
        var (chief, _) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "shared");
        await clerk.Do("suspend");

        (await clerk.Do("resume", "chief"))["token.status"].ShouldBe("inUse");
    }

    [Fact]
    public async Task Own_tokens_stay_own()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general");

        (await clerk.Verify(await phone.Password()))["reason"].ShouldBe("no_token");
        (await clerk.Register(phone.Serial, await phone.Password())).Problem.ShouldBe("serial_in_use");
    }

    [Fact]
    public async Task From_shared_to_individual_the_one_who_registered_keeps_it()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        var clerk = await Bank.Customer(chief.ServiceId, "a-clerk", "general", "shared");

        (await Change(chief, "individual")).Code.ShouldBe(200);

        (await clerk.Verify(await phone.Password()))["reason"].ShouldBe("no_token");
        (await chief.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        WaitDays(31);
        (await Centre.RunJob("grace")).ShouldBe(1); // of the clerk, who has been without one since
    }

    [Fact]
    public async Task From_individual_to_shared_the_one_token_is_everybodys()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general");

        (await Change(chief, "shared")).Code.ShouldBe(200);

        (await clerk.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task Of_several_tokens_the_bank_names_the_one_to_share()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief");
        var (clerk, clerksPhone) = await Bank.CustomerWithRegisteredToken(chief.ServiceId, "clerk", "general");

        var refused = await Change(chief, "shared");
        refused.Problem.ShouldBe("token_mode_in_use");
        refused.Json.GetProperty("serials").EnumerateArray().Select(serial => serial.GetString()).ShouldBe([phone.Serial, clerksPhone.Serial], ignoreOrder: true);
        (await Bank.Get($"contracts/{chief.ServiceId}"))["tokenMode"].ShouldBe("individual");
        (await Change(chief, "shared", "SKTB00000000")).Problem.ShouldBe("token_mode_in_use");
        (await Change(chief, "shared", phone.Serial)).Code.ShouldBe(200);

        (await clerk.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        var free = await Bank.Get("tokens?status=unbound");
        free.Json.GetProperty("items")[0].GetProperty("serial").GetString().ShouldBe(clerksPhone.Serial);
        WaitDays(31);
        (await Centre.RunJob("grace")).ShouldBe(0); // nobody is without a token
    }

    [Theory]
    [InlineData("individual")]
    [InlineData("grouped")]
    public async Task A_token_to_share_is_refused_where_the_mode_is_not_to_share(string mode)
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");

        var refused = await Change(chief, mode, phone.Serial);

        refused.Problem.ShouldBe("invalid_request");
        refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["sharedSerial"]);
        (await Bank.Get($"contracts/{chief.ServiceId}"))["tokenMode"].ShouldBe("shared");
    }

    [Fact]
    public async Task Wherever_a_token_to_share_is_named_it_is_the_one_that_all_share_or_the_answer_says_so()
    {
        var fresh = await Bank.Put("contracts/S9", new { name = "湖畔商店", tokenMode = "shared", sharedSerial = "SKTB00000000" });
        (fresh.Code, fresh.Problem, fresh.Json.GetProperty("serials").GetArrayLength()).ShouldBe((409, "token_mode_in_use", 0));
        fresh["detail"]!.ShouldContain("sharedSerial");
        (await Bank.Get("contracts/S9")).Code.ShouldBe(404);

        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        (await Change(chief, "shared", "SKTB00000000")).Problem.ShouldBe("token_mode_in_use");
        (await Change(chief, "shared", phone.Serial)).Code.ShouldBe(200); // as when it is sent a second time
        (await Change(chief, "shared")).Code.ShouldBe(200);

        var without = await Bank.Customer("S2");
        (await Change(without, "shared", phone.Serial)).Problem.ShouldBe("token_mode_in_use");
        (await Bank.Get("contracts/S2"))["tokenMode"].ShouldBe("individual");
    }

    [Fact]
    public async Task Who_comes_to_a_contract_that_shares_nothing_is_not_given_what_one_of_the_others_had()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief");
        await Bank.Customer(chief.ServiceId, "clerk", "general");
        (await chief.Revoke(await phone.Password())).Code.ShouldBe(200);
        (await Change(chief, "shared")).Code.ShouldBe(200);

        var comer = await Bank.Customer(chief.ServiceId, "comer", "general", "shared");

        (await comer.Look())["token.status"].ShouldBeNull();
        (await chief.Look())["token.status"].ShouldBe("revoked");
    }

    [Fact]
    public async Task Who_comes_to_a_contract_whose_shared_token_is_dead_has_had_it_like_the_others()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        await Bank.Customer(chief.ServiceId, "clerk", "general", "shared");
        (await chief.Revoke(await phone.Password())).Code.ShouldBe(200);

        var comer = await Bank.Customer(chief.ServiceId, "comer", "general", "shared");

        (await comer.Look())["token.status"].ShouldBe("revoked"); // a cooling time counts for all
    }

    [Fact]
    public async Task Where_nobody_has_a_token_the_first_that_comes_is_shared()
    {
        var chief = await Bank.Customer();
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general");
        var phone = await Bank.EnrolledPhone();

        (await Change(chief, "shared")).Code.ShouldBe(200);

        (await chief.Register(phone.Serial, await phone.Password())).Code.ShouldBe(200);
        WaitForNextPassword();
        (await clerk.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task To_grouped_nothing_moves()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief", tokenMode: "shared");
        var clerk = await Bank.Customer(chief.ServiceId, "clerk", "general", "shared");

        (await Change(chief, "grouped")).Code.ShouldBe(200);

        (await clerk.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [Fact]
    public async Task The_last_administrator_with_a_token_is_known_as_such()
    {
        var (chief, _) = await Bank.CustomerWithRegisteredToken(userId: "chief");
        (await chief.Look())["lastAdministrator"].ShouldBe("False"); // alone: nobody to act for

        var (clerk, _) = await Bank.CustomerWithRegisteredToken(chief.ServiceId, "clerk", "general");
        (await chief.Look())["lastAdministrator"].ShouldBe("True");
        (await clerk.Look())["lastAdministrator"].ShouldBe("False");

        await Bank.CustomerWithRegisteredToken(chief.ServiceId, "deputy");
        (await chief.Look())["lastAdministrator"].ShouldBe("False");
    }

    [Fact]
    public async Task A_suspended_token_that_is_left_over_never_comes_back()
    {
        var (chief, phone) = await Bank.CustomerWithRegisteredToken(userId: "chief");
        var (clerk, lost) = await Bank.CustomerWithRegisteredToken(chief.ServiceId, "clerk", "general");
        await clerk.Do("suspend");

        await Change(chief, "shared", phone.Serial);

        var finder = await Bank.Customer("S2");
        (await finder.Register(lost.Serial, await lost.Password()))["status"].ShouldBe("revoked");
    }

    private Task<Reply> Change(Customer customer, string mode, string? sharedSerial = null) =>
        Bank.Put($"contracts/{customer.ServiceId}", new { name = "湖畔商店", tokenMode = mode, branch = "001", sharedSerial });
}
