namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>Mail over a connection that is encrypted from the first byte.</summary>
public sealed class ImplicitTlsTests : EncryptedMailTest
{
    [Fact]
    public async Task A_mail_goes_out_encrypted() => (await Deliver("tls", Postfix.TlsPort)).Raw.ShouldContain("ESMTPS");

    [Fact]
    public async Task A_server_for_which_nobody_vouches_gets_no_mail_and_staff_are_told_why() =>
        (await DeliverToAStranger("tls", Postfix.TlsPort)).ShouldContain("certificate");

    [Fact]
    public async Task Of_a_port_that_speaks_no_TLS_staff_see_the_cause_and_no_guesses()
    {
        var words = await DeliverToAStranger("tls", Postfix.Port);

        words.ShouldStartWith("TLS: ");
        words.ShouldNotContain("self-signed");
    }
}
