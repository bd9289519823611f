using System.CommandLine;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Staff;
using KenshinOtp.Text;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary>The lists for a review of who and what has access: institutions, API keys, members of staff.</summary>
internal static class ListCommands
{
    private static readonly Option<string?> Institution = OperatorCommands.InCode(new Option<string?>("--institution") { Description = "Only this institution's (4-digit code)" });

    public static Command Institutions()
    {
        var command = new Command("list", "Lists the institutions");
        OperatorCommands.Serve(command, async (services, terminal, _, ct) =>
        {
            var all = await services.GetRequiredService<InstitutionDesk>().All(ct);
            return terminal.Say(
                new { institutions = all.Select(one => new { code = one.Code.ToString(), one.Name, one.Preset }) },
                Table(["CODE", "PRESET", "NAME"], all.Select(one => new[] { one.Code.ToString(), one.Preset, one.Name })));
        });
        return command;
    }

    public static Command ApiKeys() => OfInstitution("Lists the API keys, also those that were revoked", async (services, terminal, institutionId, ct) =>
    {
        var keys = await services.GetRequiredService<ApiKeys>().All(institutionId, ct);
        return terminal.Say(
            new { keys },
            Table(["INSTITUTION", "ADDED", "REVOKED", "NAME"], keys.Select(key => new[] { key.Institution, Time(key.CreatedAt), Time(key.RevokedAt), key.Name })));
    });

    public static Command Staff() => OfInstitution("Lists the members of staff: what each may do, and who was at work last when", async (services, terminal, institutionId, ct) =>
    {
        var staff = await services.GetRequiredService<StaffQueries>().All(institutionId, ct);
        return terminal.Say(
            new { staff = staff.Select(one => new { one.Institution, one.Login, name = one.DisplayName, one.Branch, role = one.Role.ToRow(), state = one.State.ToRow(), one.CreatedAt, one.LastSeenAt }) },
            Table(
                ["INSTITUTION", "LOGIN", "ROLE", "BRANCH", "STATE", "ADDED", "LAST SEEN", "NAME"],
                staff.Select(one => new[]
                {
                    one.Institution, one.Login, one.Role.ToRow(), one.Branch ?? StaffAccounts.AllBranches, one.State.ToRow(), Time(one.CreatedAt), Time(one.LastSeenAt), one.DisplayName,
                })));
    });

    private static Command OfInstitution(string description, Func<IServiceProvider, Terminal, string?, CancellationToken, Task<int>> list)
    {
        var command = new Command("list", description) { Institution };
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            if (parsed.GetValue(Institution) is not { } code)
                return await list(services, terminal, null, ct);
            var found = await services.GetRequiredService<InstitutionDesk>().Find(code, ct);
            return found.Succeeded(out var institution, out var problem) ? await list(services, terminal, institution.Id, ct) : terminal.Refuse(problem);
        });
        return command;
    }

    /// <summary>Columns one below the other. What may be Japanese, which is wider than its characters are many, comes last.</summary>
    private static IEnumerable<string> Table(string[] heads, IEnumerable<string[]> rows)
    {
        List<string[]> all = [heads, .. rows];
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))));
    }

    private static string Time(DateTimeOffset? instant) => instant is { } known ? Japan.Sortable(known) : "-";
}
