using KenshinOtp.Outbox;

namespace KenshinOtp.Core.Tests.Configuration;

/// <summary>What MailKit can be asked for.</summary>
public sealed class MailKitSettingsTests
{
    [Fact]
    public void What_the_library_cannot_do_is_refused() =>
        SettingsTests.Faults(SettingsTests.ByMail(("Mail:Smtp:Security", "ssl"))).ShouldBe(["Mail__Smtp__Security is 'ssl'; allowed: none, startTls, tls"]);

    [Fact]
    public void TLS_from_the_first_byte_has_a_port_of_its_own()
    {
        var smtp = SettingsTests.Read(SettingsTests.ByMail(("Mail:Smtp:Security", "tls"))).Smtp!;

        (smtp.Security, smtp.Port).ShouldBe((SmtpSecurity.Tls, 465));
        SettingsTests.Read(SettingsTests.ByMail(("Mail:Smtp:Security", "tls"), ("Mail:Smtp:Port", "2465"))).Smtp!.Port.ShouldBe(2465);
    }
}
