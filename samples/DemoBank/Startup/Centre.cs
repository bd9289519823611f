using KenshinOtp.Api;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Bank.Profiles;
using KenshinOtp.Institutions;
using KenshinOtp.Security;
using KenshinOtp.Staff;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>What a bank needs from the centre before it opens.</summary>
internal sealed record Admission(BankProfile Bank, string ApiKey);

/// <summary>The product, configured as on a developer's machine, with the demo institutions in it.</summary>
internal static class Centre
{
    /// <summary>The terminal is for the welcome. That keys lie in files readable by their owner only is meant so in a demo.</summary>
    public static IReadOnlyDictionary<string, string?> QuietLogs { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
    };

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

    /// <summary>What an operator does once: the schema, then for each bank its institution, policy, API key and staff.</summary>
    public static async Task<IReadOnlyList<Admission>> Prepare(IServiceProvider services, DemoDirectory directory, CancellationToken ct)
    {
        await services.GetRequiredService<Migrator>().Migrate(ct);
        await services.ProveStart(ct);
        var admissions = new List<Admission>();
        foreach (var bank in All.Banks)
        {
            var institution = await Enter(services.GetRequiredService<InstitutionDesk>(), bank, ct);
            var key = await ApiKey(services.GetRequiredService<ApiKeys>(), institution.Code, bank, directory, ct);
            await Employ(services, institution, bank.Staff, ct);
            admissions.Add(new(bank, key));
        }

        return admissions;
    }

    private static async Task<Institution> Enter(InstitutionDesk desk, BankProfile bank, CancellationToken ct)
    {
        var found = await desk.Find(bank.Code, ct);
        if (!found.Succeeded(out var institution, out _))
            institution = (await desk.Add(bank.Code, bank.Name, bank.Preset, bank.MailFrom, ct)).Value
                ?? throw new DemoException("A demo institution could not be added: start again with --reset. / --reset を付けて起動し直してください。");
        if (bank.Settings.Any(setting => PolicyKeys.Find(setting.Key)!.Read(institution.Policy) != setting.Value))
            await desk.ChangePolicy(bank.Code, bank.Settings, ct);
        return institution;
    }

    /// <summary>Whoever was there before keeps the password and the token that the visitor gave them.</summary>
    private static async Task Employ(IServiceProvider services, Institution institution, IReadOnlyList<Clerk> staff, CancellationToken ct)
    {
        var (known, accounts) = (services.GetRequiredService<StaffStore>(), services.GetRequiredService<StaffAccounts>());
        await using var session = await services.GetRequiredService<Database>().Read(ct);
        foreach (var clerk in staff)
        {
            if (await known.ByLogin(session, institution.Id, clerk.Login, ct) is not null)
                continue;
            var added = await accounts.Add(new(institution.Code.ToString(), clerk.Login, clerk.Name, clerk.Branch, clerk.Role, Clerk.FirstPassword), ct);
            if (!added.Succeeded(out _, out var problem))
                throw new DemoException($"A member of staff could not be added: {problem.Detail}");
        }
    }

    /// <summary>The key of the last run, or a new one under a free name: the centre keeps no key that it could show again.</summary>
    private static async Task<string> ApiKey(ApiKeys keys, InstitutionCode institution, BankProfile bank, DemoDirectory directory, CancellationToken ct)
    {
        if (directory.ReadApiKey(bank) is { } known && BearerCode.TryParse(known, out var code) && await keys.Find(code, ct) is not null)
            return known;
        for (var number = 1; ; number++)
        {
            var added = await keys.Add(institution, $"demo-bank-{number}", ct);
            if (added.Succeeded(out var key, out var problem))
            {
                directory.WriteApiKey(bank, key);
                return key;
            }

            if (problem.Code != "api_key_exists")
                throw new DemoException($"The API key could not be made: {problem.Detail}");
        }
    }
}
