namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>Mail over a connection that is encrypted from the first byte.</summary>
public sealed class ImplicitTlsTests : EncryptedMailTest
{
    [Fact]
    public async Task A_mail_goes_out_encrypted() => (await Deliver("tls", Postfix.TlsPort)).Raw.ShouldContain("ESMTPS");

    [Fact]
    public Task A_server_for_which_nobody_vouches_gets_no_mail() => DeliverToAStranger("tls", Postfix.TlsPort);
}
