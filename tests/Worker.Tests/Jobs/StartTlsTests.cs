namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>Mail over a connection that begins in the clear and is then encrypted.</summary>
public sealed class StartTlsTests : EncryptedMailTest
{
    [Fact]
    public async Task A_mail_goes_out_encrypted() => (await Deliver("startTls", Postfix.Port)).Raw.ShouldContain("ESMTPS");

    [Fact]
    public async Task A_server_for_which_nobody_vouches_gets_no_mail_and_staff_are_told_why() =>
        (await DeliverToAStranger("startTls", Postfix.Port)).ShouldContain("certificate");
}
