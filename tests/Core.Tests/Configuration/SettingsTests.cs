using KenshinOtp.Configuration;
using KenshinOtp.Outbox;
using Microsoft.Extensions.Configuration;

namespace KenshinOtp.Core.Tests.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void In_production_what_is_missing_is_told_all_at_once()
    {
        var faults = Faults(("Database:Provider", "oracle"), ("Jobs:InProcess", "perhaps"), ("Mail:LeaseSeconds", "1"));

        faults.ShouldContain(fault => fault.StartsWith("Mail__Transport is missing; allowed: smtp, pickup"));
        faults.ShouldContain(fault => fault.StartsWith("PublicUrl is missing"));
        faults.ShouldContain(fault => fault.StartsWith("Database__Provider is 'oracle'; allowed: sqlite"));
        faults.ShouldContain(fault => fault.StartsWith("Jobs__InProcess is 'perhaps'; allowed: true, false"));
        faults.ShouldContain(fault => fault.StartsWith("Mail__LeaseSeconds is '1'; allowed: 5 to 3600"));
        faults.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData("Keys:Directory", "", "Keys__Directory is empty")]
    [InlineData("Mail:Smtp:Port", "0", "Mail__Smtp__Port is '0'; allowed: 1 to 65535")]
    [InlineData("Mail:Smtp:User", "u", "Mail__Smtp__Password is missing: user and password go together")]
    [InlineData("PublicUrl", "otp.example.jp", "PublicUrl is 'otp.example.jp'; allowed: an http or https address such as https://otp.example.jp")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; allowed: an http or https address such as https://otp.example.jp")]
    public void A_wrong_setting_is_told_by_its_key(string key, string value, string fault) =>
        Faults(ByMail((key, value))).ShouldBe([fault]);

    [Fact]
    public void Mail_to_another_machine_is_encrypted_unless_told_otherwise()
    {
        Read(("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "mail.example.jp"), ("PublicUrl", "https://a.example/")).Smtp!.Security.ShouldBe(SmtpSecurity.StartTls);
        Read(("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "127.0.0.1"), ("PublicUrl", "https://a.example/")).Smtp!.Security.ShouldBe(SmtpSecurity.None);
    }

    [Fact]
    public void Passwords_of_the_mail_server_do_not_show_themselves() =>
        new SmtpSettings("host", 25, SmtpSecurity.None, "user", "swordfish", TimeSpan.Zero).ToString().ShouldNotContain("swordfish");

    /// <summary>Settings that are well but for what is given.</summary>
    internal static (string, string)[] ByMail(params (string, string)[] settings) =>
        [("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "mail.example.jp"), ("PublicUrl", "https://otp.example.jp"), .. settings];

    internal static IReadOnlyList<string> Faults(params (string, string)[] settings) => Should.Throw<SettingsException>(() => Read(settings)).Faults;

    internal static Settings Read(params (string Key, string Value)[] settings) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Reverse().DistinctBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build(),
        lenient: false,
        development: false);
}
