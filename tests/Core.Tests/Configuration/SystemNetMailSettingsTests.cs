namespace KenshinOtp.Core.Tests.Configuration;

/// <summary>What the framework's own mail client can be asked for.</summary>
public sealed class SystemNetMailSettingsTests
{
    [Theory]
    [InlineData("ssl")]
    [InlineData("tls")]
    public void TLS_from_the_first_byte_is_refused_where_the_library_cannot_do_it(string security) =>
        SettingsTests.Faults(SettingsTests.ByMail(("Mail:Smtp:Security", security))).ShouldBe([$"Mail__Smtp__Security is '{security}'; allowed: none, startTls"]);
}
