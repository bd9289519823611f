using KenshinOtp.Support;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>A mail that a real Postfix takes and then returns, and its report on its way through the operator's command.</summary>
public sealed class BounceTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private PostfixServer _postfix = null!;
    private Centre _centre = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _postfix = await PostfixServer.Start(CancellationToken.None);
        _centre = await Centre.Start(("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", $"{_postfix.Port}"));
        _bank = await _centre.Bank();
    }

    public async Task DisposeAsync()
    {
        await _centre.DisposeAsync();
        await _postfix.DisposeAsync();
    }

    [Theory]
    [InlineData("bounced@docomo.ne.jp")]
    [InlineData("bounced..t.@docomo.ne.jp")]
    public async Task What_a_relay_took_and_returned_comes_back_to_the_sender_address_and_is_shown_as_failed(string address)
    {
        var customer = await _bank.Customer();
        await customer.Issue(address);
        (await _centre.RunJob("mail")).ShouldBe(1);
        (await customer.Look())["token.mail"].ShouldBe("sent");

        var report = await _postfix.WaitFor(mail => mail.EnvelopeTo == "otp-9001@kenshin.example", Patience);
        report.EnvelopeFrom.ShouldBeEmpty();
        var (exitCode, output) = await Programs.Feed(_centre, report.Raw, ["mail", "bounce", "--json"]);

        exitCode.ShouldBe(0, output);
        output.ShouldContain("\"result\":\"failed\"");
        (await customer.Look())["token.mail"].ShouldBe("failed");
        (await _bank.Get("events")).Text.ShouldContain("5.1.1 User unknown");

        await customer.Resend("taro@docomo.ne.jp");
        (await _centre.RunJob("mail")).ShouldBe(1);
        await _postfix.WaitFor(mail => mail.EnvelopeTo == "taro@docomo.ne.jp", Patience);
        (await customer.Look())["token.mail"].ShouldBe("sent");
    }
}
