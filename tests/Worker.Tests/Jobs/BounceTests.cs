using KenshinOtp.Support;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>A mail that a real Postfix takes and then returns, and its report on its way through the operator's command.</summary>
public sealed class BounceTests : PostfixTest
{
    [Theory]
    [InlineData("bounced@docomo.ne.jp")]
    [InlineData("bounced..t.@docomo.ne.jp")]
    public async Task What_a_relay_took_and_returned_comes_back_to_the_sender_address_and_is_shown_as_failed(string address)
    {
        var customer = await Bank.Customer();
        await customer.Issue(address);
        (await Centre.RunJob("mail")).ShouldBe(1);
        (await customer.Look())["token.mail"].ShouldBe("sent");

        var report = await Postfix.WaitFor(mail => mail.EnvelopeTo == "otp-9001@kenshin.example", Patience);
        report.EnvelopeFrom.ShouldBeEmpty();
        var (exitCode, output) = await Programs.Feed(Centre, report.Raw, ["mail", "bounce", "--json"]);

        exitCode.ShouldBe(0, output);
        output.ShouldContain("\"result\":\"failed\"");
        (await customer.Look())["token.mail"].ShouldBe("failed");
        (await Bank.Get("events")).Text.ShouldContain("5.1.1 User unknown");

        await customer.Resend("taro@docomo.ne.jp");
        (await Centre.RunJob("mail")).ShouldBe(1);
        await Postfix.WaitFor(mail => mail.EnvelopeTo == "taro@docomo.ne.jp", Patience);
        (await customer.Look())["token.mail"].ShouldBe("sent");
    }
}
