namespace KenshinOtp.Api.Tests;

public sealed class StoryTests : CentreTest
{
    [Fact]
    public async Task From_issuance_by_mail_to_a_transfer_a_new_phone_and_a_new_token()
    {
        var customer = await Bank.Customer();
        (await customer.Look())["nextStep"].ShouldBe("issue");

        var issued = await customer.Issue();
        issued.Code.ShouldBe(202);
        issued["receiptNumber"]!.Length.ShouldBe(12);
        issued["token.status"].ShouldBe("issued");
        issued["token.mail"].ShouldBe("queued");
        issued["token.mobileEmail"].ShouldBe("t***@docomo.ne.jp");

        var mail = (await Centre.DeliveredMails()).ShouldHaveSingleItem();
        mail.To.ShouldContain("\"taro..t.\"@docomo.ne.jp");
        mail.Body.ShouldNotContain("4711");
        mail.Body.ShouldNotContain(customer.ServiceId);
        mail.Body.ShouldNotContain(customer.UserId);
        mail.Body.Split('\n').ShouldContain(line => line.Trim() == mail.Link!.AbsoluteUri);
        (await customer.Look())["token.mail"].ShouldBe("sent");
        (await customer.Look())["nextStep"].ShouldBe("activate");

        var phone = Centre.Phone();
        var credential = await phone.Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, "４７１１");
        credential.Code.ShouldBe(200);
        credential["serial"].ShouldBe(issued["token.serial"]);
        credential["period"].ShouldBe("60");
        (await customer.Look())["nextStep"].ShouldBe("confirm");

        var first = await phone.Password();
        (await customer.Verify(first))["reason"].ShouldBe("token_not_active");
        var confirmed = await customer.Confirm(first);
        confirmed.Code.ShouldBe(200);
        confirmed["token.status"].ShouldBe("inUse");
        (await customer.Look())["nextStep"].ShouldBe("none");
        (await customer.Verify(first))["reason"].ShouldBe("otp_replayed");

        Wait(minutes: 1);
        var transfer = await customer.Verify(await phone.Password());
        transfer.Code.ShouldBe(200);
        transfer["result"].ShouldBe("accepted");
        transfer["serial"].ShouldBe(phone.Serial);

        Wait(minutes: 1);
        (await customer.Revoke()).Json.GetProperty("errors").TryGetProperty("otp", out _).ShouldBeTrue();
        var revoked = await customer.Revoke(await phone.Password());
        revoked["token.status"].ShouldBe("revoked");
        (await customer.Look())["nextStep"].ShouldBe("issue");
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_revoked");

        var tooSoon = await customer.Issue();
        tooSoon.Problem.ShouldBe("too_soon");
        DateTimeOffset.Parse(tooSoon["availableAt"]!).ShouldBe(Centre.Now.AddMinutes(29));
        Wait(minutes: 29);
        var newPhone = await customer.ActivatedPhone();
        newPhone.Serial.ShouldNotBe(phone.Serial);
        (await customer.Confirm(await newPhone.Password())).Code.ShouldBe(200);
    }

    [Fact]
    public async Task The_mail_is_written_in_Japanese_from_the_institution()
    {
        var customer = await Bank.Customer();
        await customer.Issue("hanako@softbank.ne.jp");

        var mail = (await Centre.DeliveredMails()).ShouldHaveSingleItem();
        mail.Subject.ShouldBe("【第9001信用組合】トークンアプリのご案内");
        mail.From.ShouldContain("otp-9001@kenshin.example");
        mail.Body.ShouldContain("利用開始パスワードを入力し『送信』");
        mail.Body.ShouldContain("2026年4月16日 09時30分");
        mail.Header("Auto-Submitted").ShouldBe("auto-generated");
    }
}
