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
    [InlineData("PublicUrl", "https://user:pw@otp.example.jp", "PublicUrl names a user; allowed: an http or https address such as https://otp.example.jp")]
    [InlineData("PublicUrl", "https://otp.example.jp/#top", "PublicUrl is 'https://otp.example.jp/#top'; allowed: an http or https address such as https://otp.example.jp")]
    [InlineData("PublicUrl", "https://otp.example.jp/a b", "PublicUrl is 'https://otp.example.jp/a b'; allowed: an http or https address such as https://otp.example.jp")]
    [InlineData("PublicUrl", "otp.example.jp", "PublicUrl is 'otp.example.jp'; allowed: an http or https address such as https://otp.example.jp")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; allowed: an http or https address such as https://otp.example.jp")]
    public void A_wrong_setting_is_told_by_its_key(string key, string value, string fault) =>
        Faults(ByMail((key, value))).ShouldBe([fault]);

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL is 'http/json'; allowed: grpc, http/protobuf")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "10s", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT is '10s'; allowed: 1 to 2147483647")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "Bearer swordfish", "OTEL_EXPORTER_OTLP_HEADERS cannot be read; allowed: key=value, several with , between")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "1m", "OTEL_METRIC_EXPORT_INTERVAL is '1m'; allowed: 1 to 2147483647")]
    public void What_OpenTelemetry_would_pass_over_is_told_where_a_collector_is_named(string key, string value, string fault)
    {
        Faults(ByMail(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"), (key, value))).ShouldBe([fault]);
        Read(ByMail((key, value))).ExportsMetrics.ShouldBeFalse();
    }

    [Fact]
    public void Faults_of_SMTP_are_told_beside_that_of_the_transport()
    {
        Faults(("Mail:Transport", "smpt"), ("Mail:Smtp:Port", "0"), ("Mail:Smtp:User", "u"), ("PublicUrl", "https://otp.example.jp")).ShouldBe(
        [
            "Mail__Transport is 'smpt'; allowed: smtp, pickup", "Mail__Smtp__Host is missing",
            "Mail__Smtp__Password is missing: user and password go together", "Mail__Smtp__Port is '0'; allowed: 1 to 65535",
        ]);
        Read(("Mail:Transport", "pickup"), ("Mail:PickupDirectory", "mail"), ("Mail:Smtp:Port", "0"), ("PublicUrl", "https://otp.example.jp")).Smtp.ShouldBeNull("it is not in use");
    }

    [Fact]
    public void A_switch_that_says_neither_is_told()
    {
        Should.Throw<SettingsException>(() => Read(listens: true, ByMail(("ForwardedHeaders_Enabled", "ja")))).Faults
            .ShouldBe(["ASPNETCORE_FORWARDEDHEADERS_ENABLED is 'ja'; allowed: true, false"]);
        Read(listens: true, ByMail(("ForwardedHeaders_Enabled", "True"))).PublicUrl.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:8080/otp")]
    [InlineData("http://otp.example.jp:8080")]
    [InlineData("http://１２７.0.0.1:8080")]
    public void An_address_that_a_server_cannot_listen_on_is_told(string address)
    {
        var fault = Should.Throw<SettingsException>(() => Read(listens: true, ByMail(("urls", "http://127.0.0.1:8080;" + address)))).Faults.ShouldHaveSingleItem();

        fault.ShouldBe($"ASPNETCORE_URLS (or --urls) has '{address}'; allowed: http://address:port such as http://127.0.0.1:8080 (an address in figures, localhost, or * for all), several with ; between");
        Read(ByMail(("urls", address))).PublicUrl.ShouldNotBeEmpty("others do not listen");
    }

    [Fact]
    public void Addresses_that_a_server_can_listen_on_are_taken() =>
        Read(listens: true, ByMail(("urls", "http://127.0.0.1:8080;https://*:443;http://[::1]:0;http://localhost;http://unix:/run/otp.sock"))).UnknownKeys.ShouldBeEmpty();

    [Fact]
    public void Keys_that_are_no_settings_are_told_with_what_may_be_meant() => Read(ByMail(
        ("Mail:Smpt:Host", "mail.example.jp"), ("Mail:Smtp:pasword", "swordfish"), ("Keys:Dir", "k"), ("Databse:Provider", "sqlite"), ("Jobs:Something", "1"))).UnknownKeys.ShouldBe(
        [
            "Databse__Provider is no setting; did you mean Database__Provider?",
            "Jobs__Something is no setting",
            "Keys__Dir is no setting",
            "Mail__Smpt__Host is no setting; did you mean Mail__Smtp__Host?",
            "Mail__Smtp__pasword is no setting; did you mean Mail__Smtp__Password?",
        ]);

    [Fact]
    public void What_others_configure_and_what_is_not_in_use_is_nobodys_mistake() => Read(
        ("Mail:Transport", "pickup"), ("Mail:PickupDirectory", "mail"), ("Mail:Smtp:Host", "mail.example.jp"), ("publicurl", "https://otp.example.jp"), ("MAIL", "/var/mail/root"),
        ("PUBLIC_URL", "x"), ("DATABASE_URL", "x"), ("Logging:LogLevel:Default", "Warning"), ("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:1"), ("Redis:Host", "x"),
        ("RateLimits:PerKeyPerMinute", "5")).UnknownKeys.ShouldBeEmpty();

    [Fact]
    public void An_unknown_key_that_may_be_the_cause_is_told_with_the_faults() =>
        Faults(("Mail:Transport", "smtp"), ("Mail:Smpt:Host", "mail.example.jp"), ("PublicUrl", "https://otp.example.jp"))
            .ShouldBe(["Mail__Smtp__Host is missing", "Mail__Smpt__Host is no setting; did you mean Mail__Smtp__Host?"]);

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

    internal static Settings Read(params (string Key, string Value)[] settings) => Read(listens: false, settings);

    private static Settings Read(bool listens, params (string Key, string Value)[] settings) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Reverse().DistinctBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build(),
        lenient: false,
        development: false,
        listens: listens);
}
