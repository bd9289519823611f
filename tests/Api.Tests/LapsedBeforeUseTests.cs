using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>Tokens whose date passes before they ever come into use.</summary>
public sealed class LapsedBeforeUseTests : CentreTest
{
    private const double Day = 24 * 60;

    [Fact]
    public async Task A_token_that_lapsed_before_its_first_password_is_issued_anew()
    {
        var customer = await Bank.Customer();
        var phone = await customer.ActivatedPhone();
        (await customer.Look())["nextStep"].ShouldBe("confirm");

        Wait(732 * Day);

        (await customer.Confirm(await phone.Password()))["reason"].ShouldBe("token_expired");
        (await customer.Look())["nextStep"].ShouldBe("issue");
        (await customer.Issue()).Code.ShouldBe(202);
    }

    [Fact]
    public async Task A_token_that_nobody_activated_lapses_like_any_other_and_no_mail_is_sent_again()
    {
        var customer = await Bank.Customer();
        await customer.Issue();

        Wait(732 * Day);

        (await customer.Look()).ShouldSatisfyAllConditions(look => look["token.status"].ShouldBe("expired"), look => look["nextStep"].ShouldBe("issue"));
        (await Bank.Get("tokens?status=expired")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await Bank.Get("tokens?status=issued")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await customer.Resend()).ShouldSatisfyAllConditions(
            reply => reply.Code.ShouldBe(409), reply => reply.Problem.ShouldBe("invalid_transition"), reply => reply["status"].ShouldBe("expired"));
        (await customer.Issue()).Code.ShouldBe(202);
        new AuditTrail(Centre).Ask("select state_before from audit_entry where action = 'token.revoked'").ShouldBe("expired");
    }

    [Fact]
    public async Task A_link_that_is_sent_again_dies_with_its_token_at_the_latest()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var end = DateTimeOffset.Parse((await customer.Look())["token.expiresAt"]!);
        Wait((end - Centre.Now).TotalMinutes - 60);
        (await customer.Resend()).Code.ShouldBe(202);
        var code = await customer.DownloadCode();
        (await Centre.DeliveredMails())[^1].Body.ShouldContain("2028年4月14日 23時59分");

        Wait(minutes: 60);

        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("download_expired");
    }

    [Fact]
    public async Task A_link_of_an_earlier_version_that_outlives_its_token_activates_nothing()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        Wait(732 * Day);
        new AuditTrail(Centre).Tamper($"update issuance set code_expires_at = {Centre.Now.AddDays(1).ToUnixTimeMilliseconds()}");

        (await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, Customer.Pin)).Problem.ShouldBe("download_expired");
    }
}
