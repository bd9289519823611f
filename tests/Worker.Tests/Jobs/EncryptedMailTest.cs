using KenshinOtp.Support;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>A test on a mail server that encrypts. The worker is a process of its own, so that it can be told which certificates to trust.</summary>
public abstract class EncryptedMailTest : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Centre _centre = null!;
    private Customer _customer = null!;

    protected PostfixServer Postfix { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Postfix = await PostfixServer.Start(ServerCertificate.Create(), CancellationToken.None);
        _centre = await Centre.Start();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
        _customer = await (await _centre.Bank()).Customer();
        await _customer.Issue("taro..t.@docomo.ne.jp");
    }

    public async Task DisposeAsync()
    {
        await _centre.DisposeAsync();
        await Postfix.DisposeAsync();
    }

    protected async Task<ReceivedMail> Deliver(string security, int port)
    {
        (await SendTrusting(Postfix.CertificateFile, security, port)).ShouldContain("mail: 1 done");
        return await Postfix.WaitFor(_ => true, Patience);
    }

    /// <returns>Why the mail waits, in the words that staff see.</returns>
    protected async Task<string> DeliverToAStranger(string security, int port)
    {
        (await SendTrusting("/dev/null", security, port)).ShouldContain("mail: 0 done");
        Postfix.Mails().ShouldBeEmpty();
        (await _customer.Look())["token.mail"].ShouldBe("queued");
        return new AuditTrail(_centre).Ask("select last_answer from outbox_mail") ?? "";
    }

    private async Task<string> SendTrusting(string certificates, string security, int port)
    {
        var (exitCode, output) = await Programs.Run(
            _centre.Directory, ["jobs", "run", "mail"],
            ("Mail__Transport", "smtp"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", $"{port}"), ("Mail__Smtp__Security", security),
            (ServerCertificate.TrustVariable, certificates));
        exitCode.ShouldBe(0, output);
        return output;
    }
}
