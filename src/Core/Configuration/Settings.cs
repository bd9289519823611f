using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Telemetry;
using Microsoft.Extensions.Configuration;

namespace KenshinOtp.Configuration;

/// <summary>
/// Everything that is configured, read and judged once at the start: a wrong or missing setting stops the start, and every fault is listed.
/// </summary>
public sealed record Settings
{
    public required string DatabaseProvider { get; init; }

    public required string DatabaseConnectionString { get; init; }

    /// <summary>The address customers use, without a slash at its end.</summary>
    public required string PublicUrl { get; init; }

    /// <summary>SMTP, or null for the pickup directory.</summary>
    public SmtpSettings? Smtp { get; init; }

    public required string PickupDirectory { get; init; }

    public required DeliverySettings Delivery { get; init; }

    /// <summary>Where the master keys are.</summary>
    public required string KeysDirectory { get; init; }

    public required RateLimitSettings RateLimits { get; init; }

    /// <summary>Whether the API runs the jobs too.</summary>
    public required bool JobsInProcess { get; init; }

    /// <summary>Whether a collector of metrics is named.</summary>
    public required bool ExportsMetrics { get; init; }

    /// <summary>Of each key under the product's own sections that no setting has, what an operator is told.</summary>
    public required IReadOnlyList<string> UnknownKeys { get; init; }

    /// <summary>
    /// Where <c>appsettings.json</c> and <c>appsettings.{environment}.json</c> are read: beside the program, so that each program and each command has the
    /// same settings wherever it is started. Relative paths in settings begin at the current directory.
    /// </summary>
    public static string Folder => AppContext.BaseDirectory;

    /// <param name="configuration">Where settings are read from.</param>
    /// <param name="lenient">Development, or an operator's command: what is neither a database nor a key has a harmless default.</param>
    /// <param name="development">Whether the API runs the jobs unless told otherwise.</param>
    /// <param name="sendsMail">Whether mail is sent: otherwise how to may stay unsaid.</param>
    /// <param name="listens">Whether it is a server, whose addresses are judged too.</param>
    /// <exception cref="SettingsException">Lists every fault by key.</exception>
    public static Settings Read(IConfiguration configuration, bool lenient, bool development, bool sendsMail = true, bool listens = false)
    {
        var reader = new SettingsReader(configuration);
        var provider = reader.Choice("Database:Provider", "sqlite", [.. Engines.All.Select(engine => engine.Name)]);
        var transport = reader.Choice("Mail:Transport", lenient || !sendsMail ? "pickup" : null, "smtp", "pickup");
        var delivery = new DeliverySettings(TimeSpan.FromSeconds(reader.Number("Mail:LeaseSeconds", 60, 5, 3600)), reader.Number("Mail:Lanes", 4, 1, 64));
        // Where the transport itself is at fault, what is said of SMTP tells that it is meant: its faults are listed at once, too.
        var smtp = ReadSmtp(transport == "smtp" || (transport.Length == 0 && reader.Has("Mail:Smtp")) ? reader : reader.Aside(), delivery.LongestSend);
        if (listens)
        {
            reader.Addresses("urls", "ASPNETCORE_URLS (or --urls)");
            reader.Switch("ForwardedHeaders_Enabled", "ASPNETCORE_FORWARDEDHEADERS_ENABLED");
        }

        var settings = new Settings
        {
            DatabaseProvider = provider,
            DatabaseConnectionString = ReadConnectionString(reader, Engines.Find(provider)),
            PublicUrl = reader.HttpUrl("PublicUrl", lenient ? "http://localhost:5000" : null),
            Smtp = transport == "smtp" ? smtp : null,
            PickupDirectory = reader.Text("Mail:PickupDirectory", transport == "pickup" && sendsMail && !lenient ? null : "data/mail", unused: transport != "pickup"),
            Delivery = delivery,
            KeysDirectory = reader.Text("Keys:Directory", "data/keys"),
            RateLimits = new(
                reader.Number("RateLimits:PerKeyPerMinute", 6_000_000, 1, int.MaxValue),
                reader.Number("RateLimits:PerAddressPerMinute", 300, 1, int.MaxValue),
                reader.Number("RateLimits:PerThingPerMinute", 20, 1, int.MaxValue),
                reader.Number("RateLimits:EnrollmentsPerInstitutionPerMinute", 120, 1, int.MaxValue)),
            JobsInProcess = reader.Flag("Jobs:InProcess", development),
            ExportsMetrics = OtlpExport.NamesCollector(reader),
            UnknownKeys = reader.Unknown(),
        };
        reader.ThrowIfFaulty();
        return settings;
    }

    private static string ReadConnectionString(SettingsReader reader, Engine? engine)
    {
        const string key = "Database:ConnectionString";
        var text = reader.Text(key, engine?.DefaultConnection, unused: engine is null);
        if (text.Length > 0 && engine?.FaultOf(text) is { } fault)
            reader.Fault(key, fault);
        return text;
    }

    private static SmtpSettings ReadSmtp(SettingsReader reader, TimeSpan longestSend)
    {
        var host = reader.Text("Mail:Smtp:Host", missing: null);
        var chosen = reader.Choice("Mail:Smtp:Security", IsLoopback(host) ? "none" : "startTls", [.. MailLibrary.Securities.Select(security => security.ToRow())]);
        var security = EnumNames.TryParse<SmtpSecurity>(chosen, out var known) ? known : SmtpSecurity.StartTls;
        var user = reader.Optional("Mail:Smtp:User");
        var password = reader.Optional("Mail:Smtp:Password");
        if (user is null != password is null)
            reader.Fault(user is null ? "Mail:Smtp:User" : "Mail:Smtp:Password", "is missing: user and password go together");
        return new(host, reader.Number("Mail:Smtp:Port", UsualPort(security), 1, 65535), security, user, password, longestSend);
    }

    private static int UsualPort(SmtpSecurity security) => security switch
    {
        SmtpSecurity.None => 25,
        SmtpSecurity.StartTls => 587,
        _ => 465,
    };

    private static bool IsLoopback(string host) =>
        host is "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));
}

/// <summary>The configuration is not usable; the message lists every fault, a line each.</summary>
public sealed class SettingsException(IReadOnlyList<string> faults)
    : Exception("The configuration is not usable:" + string.Concat(faults.Select(fault => Environment.NewLine + "  " + fault)))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
