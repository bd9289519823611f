using KenshinOtp.Api;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Security;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>The product, configured as on a developer's machine, with the demo institution in it.</summary>
internal static class Centre
{
    public const string InstitutionName = "みずうみ信用組合 (デモ)";
    public const int ReissueCooldownMinutes = 1;

    /// <summary>The terminal is for the welcome. That keys lie in files readable by their owner only is meant so in a demo.</summary>
    public static IReadOnlyDictionary<string, string?> QuietLogs { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
    };

    private const string InstitutionCodeText = "9001";
    private const string CooldownKey = "reissueCooldownMinutes";

    public static WebApplication Build(DemoOptions options, DemoDirectory directory) => ApiHost.Build([], builder =>
    {
        builder.Environment.EnvironmentName = Environments.Development;
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Database:Provider"] = "sqlite",
            ["Database:ConnectionString"] = $"Data Source={directory.Database}",
            ["PublicUrl"] = options.ApiUrl.GetLeftPart(UriPartial.Authority),
            ["Mail:Transport"] = "pickup",
            ["Mail:PickupDirectory"] = directory.Mail,
            ["Keys:Directory"] = directory.CentreKeys,
            ["Jobs:InProcess"] = "true",
        }).AddInMemoryCollection(QuietLogs);
        builder.WebHost.UseUrls(options.ApiUrl.AbsoluteUri);
    });

    /// <summary>What an operator does once: schema, institution, policy, API key.</summary>
    /// <returns>The bank's API key.</returns>
    public static async Task<string> Prepare(IServiceProvider services, DemoDirectory directory, CancellationToken ct)
    {
        await services.GetRequiredService<Migrator>().Migrate(ct);
        var desk = services.GetRequiredService<InstitutionDesk>();
        var found = await desk.Find(InstitutionCodeText, ct);
        if (!found.Succeeded(out var institution, out _))
            institution = (await desk.Add(InstitutionCodeText, InstitutionName, Presets.Kenshin, "otp@mizuumi-kenshin.example", ct)).Value
                ?? throw new DemoException("The demo institution could not be added: start again with --reset. / --reset を付けて起動し直してください。");
        if (institution.Policy.ReissueCooldownMinutes != ReissueCooldownMinutes)
            await desk.ChangePolicy(InstitutionCodeText, [new(CooldownKey, $"{ReissueCooldownMinutes}")], ct);
        return await ApiKey(services.GetRequiredService<ApiKeys>(), institution.Code, directory, ct);
    }

    /// <summary>The key of the last run, or a new one under a free name: the centre keeps no key that it could show again.</summary>
    private static async Task<string> ApiKey(ApiKeys keys, InstitutionCode institution, DemoDirectory directory, CancellationToken ct)
    {
        if (directory.ReadApiKey() is { } known && BearerCode.TryParse(known, out var code) && await keys.Find(code, ct) is not null)
            return known;
        for (var number = 1; ; number++)
        {
            var added = await keys.Add(institution, $"demo-bank-{number}", ct);
            if (added.Succeeded(out var key, out var problem))
            {
                directory.WriteApiKey(key);
                return key;
            }

            if (problem.Code != "api_key_exists")
                throw new DemoException($"The API key could not be made: {problem.Detail}");
        }
    }
}
