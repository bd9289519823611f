using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>A contract with all its users in one answer, and tokens page by page: to the letter what the answer about each user says.</summary>
public sealed class ContractTests : CentreTest
{
    private const string Contract = "S1000001";
    private const double Day = 24 * 60;

    [Fact]
    public async Task A_contract_tells_of_users_in_every_state_what_each_of_them_is_told()
    {
        await Bank.Customer(Contract, "a-new", "general");
        await Void(await Bank.Customer(Contract, "b-void", "general"));
        await (await Bank.Customer(Contract, "c-activated")).ActivatedPhone();
        await Bank.CustomerWithToken(Contract, "d-chief");
        var (away, _) = await Bank.CustomerWithToken(Contract, "e-away");
        (await away.Do("suspend")).Code.ShouldBe(200);
        var (locked, lockedPhone) = await Bank.CustomerWithToken(Contract, "f-locked");
        var wrong = await lockedPhone.WrongPassword();
        for (var i = 0; i < 10; i++)
            await locked.Verify(wrong);
        await Bank.CustomerWithToken(Contract, "g-clerk", "general");
        var (revoked, revokedPhone) = await Bank.CustomerWithToken(Contract, "h-revoked");
        (await revoked.Revoke(await revokedPhone.Password())).Code.ShouldBe(200);
        (await (await Bank.Customer(Contract, "i-issued")).Issue()).Code.ShouldBe(202);

        (await Told()).ShouldBe(
        [
            "a-new   issue False",
            "b-void issued sent issue False",
            "c-activated activated sent confirm False",
            "d-chief inUse sent none True",
            "e-away suspended sent none False",
            "f-locked locked sent none False",
            "g-clerk inUse sent none False",
            "h-revoked revoked sent issue False",
            "i-issued issued queued activate False",
        ]);

        (await away.Do("resume", actingUserId: "d-chief")).Code.ShouldBe(200);
        (await Told()).Where(line => line.Contains("none")).ShouldBe(
            ["d-chief inUse sent none False", "e-away inUse sent none False", "f-locked locked sent none False", "g-clerk inUse sent none False"]);
    }

    [Fact]
    public async Task And_of_users_whose_tokens_lapse_and_are_renewed()
    {
        await (await Bank.Customer(Contract, "a-activated")).ActivatedPhone();
        var (_, chiefs) = await Bank.CustomerWithToken(Contract, "b-chief");
        var (deputy, deputys) = await Bank.CustomerWithToken(Contract, "c-deputy");
        await Bank.CustomerWithToken(Contract, "d-lapsed");
        Wait(731 * Day);

        (await Told()).ShouldBe(["a-activated expired sent issue False", "b-chief expired sent none False", "c-deputy expired sent none False", "d-lapsed expired sent none False"]);
        await Centre.RunJob("expiry");
        (await chiefs.Renew(await chiefs.Password())).Code.ShouldBe(200);
        (await Told())[1].ShouldBe("b-chief inUse sent none True");
        (await deputys.Renew(await deputys.Password())).Code.ShouldBe(200);
        Wait(minutes: 1);
        (await deputy.Verify(await deputys.Password()))["result"].ShouldBe("accepted");

        (await Told()).ShouldBe(["a-activated expired sent issue False", "b-chief inUse sent none False", "c-deputy inUse sent none True", "d-lapsed expired sent none False"]);
    }

    [Fact]
    public async Task Administrators_who_share_the_one_token_are_the_last_together()
    {
        await Bank.Put($"contracts/{Contract}", new { name = "湖畔商店", tokenMode = "shared" });
        foreach (var (id, role) in new[] { ("a-chief", "administrator"), ("b-chief", "administrator"), ("c-clerk", "general") })
            await Bank.Put($"contracts/{Contract}/users/{id}", new { displayName = "山田 花子", role });
        var chief = new Customer(Bank, Contract, "a-chief");
        var phone = await chief.ActivatedPhone();
        (await chief.Confirm(await phone.Password())).Code.ShouldBe(200);

        (await Told()).ShouldBe(["a-chief inUse sent none True", "b-chief inUse sent none True", "c-clerk inUse sent none False"]);
    }

    /// <summary>What the contract's answer says of each user, once it has been found to be, byte by byte, what the other answers say.</summary>
    private async Task<List<string>> Told()
    {
        var contract = await Bank.Get($"contracts/{Contract}");
        var page = (await Bank.Get("tokens?limit=500")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetRawText()).ToList();
        var users = contract.Json.GetProperty("users").EnumerateArray().ToList();
        foreach (var user in users)
        {
            var alone = await new Customer(Bank, Contract, user.GetProperty("userId").GetString()!).Look();
            user.GetRawText().ShouldBe(alone.Text);
            if (alone["token"] is { } token)
                page.ShouldContain(token);
        }

        page.Count.ShouldBe(users.Select(user => user.GetProperty("token").ToString()).Where(token => token.Length > 0).Distinct().Count());
        return [.. users.Select(user => new Reply(contract.Status, user.GetRawText(), contract.Message))
            .Select(user => $"{user["userId"]} {user["token.status"]} {user["token.mail"]} {user["nextStep"]} {user["lastAdministrator"]}")];
    }

    private async Task Void(Customer customer)
    {
        await customer.Issue();
        var code = await customer.DownloadCode();
        for (var i = 0; i < 5; i++)
            await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000");
    }
}
