using System.CommandLine;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary>Members of staff: who may use the console.</summary>
internal static class StaffCommands
{
    private static readonly Option<string> Login = new("--login") { Description = "The name to log in with", Required = true };

    public static Command Create() => new("staff", "Members of staff, who use the console") { Add(), Change(), Disable(), Enable(), Reset(), ListCommands.Staff() };

    private static Command Add()
    {
        var role = Role<string>(required: true);
        Option<string?> branch = new("--branch") { Description = "The branch, 3 digits; needed for tellers and approvers" };
        Option<bool> ask = new("--password-stdin") { Description = "Read the first password from standard input instead of making one" };
        var command = new Command("add", "Adds a member of staff and prints the first password once") { OperatorCommands.Institution, Login, OperatorCommands.Name, branch, role, ask };
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            var wanted = EnumNames.Parse<StaffRole>(parsed.GetRequiredValue(role));
            var password = parsed.GetValue(ask) ? await Terminal.ReadLine(ct) : null;
            var added = await services.GetRequiredService<StaffAccounts>().Add(
                new(parsed.GetRequiredValue(OperatorCommands.Institution), parsed.GetRequiredValue(Login), parsed.GetRequiredValue(OperatorCommands.Name),
                    parsed.GetValue(branch), wanted, password), ct);
            return Say(terminal, added, given: password is not null);
        });
        return command;
    }

    private static Command Change()
    {
        Option<string?> name = new("--name") { Description = "Another name" };
        Option<string?> branch = new("--branch") { Description = $"Another branch, 3 digits, or '{StaffAccounts.AllBranches}' for the whole institution" };
        var role = Role<string?>(required: false);
        var command = new Command("change", "Changes name, branch or role; another branch or role ends the person's sessions") { OperatorCommands.Institution, Login, name, branch, role };
        command.Validators.Add(result =>
        {
            if (result.GetValue(name) is null && result.GetValue(branch) is null && result.GetValue(role) is null)
                result.AddError("Nothing to change: give --name, --branch or --role.");
        });
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            var changed = await services.GetRequiredService<StaffAccounts>().Change(
                new(parsed.GetRequiredValue(OperatorCommands.Institution), parsed.GetRequiredValue(Login), parsed.GetValue(name), parsed.GetValue(branch),
                    parsed.GetValue(role) is { } wanted ? EnumNames.Parse<StaffRole>(wanted) : null), ct);
            return changed.Succeeded(out var member, out var problem)
                ? terminal.Say(
                    new { member.Login, name = member.DisplayName, member.Branch, role = member.Role.ToRow() },
                    $"{member.Login} is now: {member.DisplayName}, {member.Role.ToRow()}, branch {member.Branch ?? StaffAccounts.AllBranches}")
                : terminal.Refuse(problem);
        });
        return command;
    }

    private static Command Disable()
    {
        var command = new Command("disable", "Out of service: ends the person's sessions; no log-in until 'staff enable'") { OperatorCommands.Institution, Login };
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            var disabled = await services.GetRequiredService<StaffAccounts>().Disable(
                parsed.GetRequiredValue(OperatorCommands.Institution), parsed.GetRequiredValue(Login), ct);
            return disabled.Succeeded(out var member, out var problem)
                ? terminal.Say(new { member.Login, disabled = true }, $"Disabled {member.Login}")
                : terminal.Refuse(problem);
        });
        return command;
    }

    private static Command Enable() =>
        Anew("enable", "Back in service with another password and no token: the person begins anew", (accounts, code, login, ct) => accounts.Enable(code, login, ct));

    private static Command Reset() =>
        Anew("reset", "Another password, no token, no lock: the person begins anew", (accounts, code, login, ct) => accounts.Reset(code, login, ct));

    private static Command Anew(string name, string description, Func<StaffAccounts, string, string, CancellationToken, Task<Result<HandedOver>>> act)
    {
        var command = new Command(name, description) { OperatorCommands.Institution, Login };
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) => Say(
            terminal,
            await act(services.GetRequiredService<StaffAccounts>(), parsed.GetRequiredValue(OperatorCommands.Institution), parsed.GetRequiredValue(Login), ct),
            given: false));
        return command;
    }

    private static Option<T> Role<T>(bool required)
    {
        var roles = Enum.GetValues<StaffRole>().Select(role => role.ToRow()).ToArray();
        Option<T> role = new("--role") { Description = string.Join(" | ", roles), Required = required };
        role.AcceptOnlyFromAmong(roles);
        return role;
    }

    private static int Say(Terminal terminal, Result<HandedOver> result, bool given)
    {
        if (!result.Succeeded(out var handed, out var problem))
            return terminal.Refuse(problem);
        return given
            ? terminal.Say(new { login = handed.Member.Login }, $"Added {handed.Member.Login}")
            : terminal.Say(new { login = handed.Member.Login, password = handed.Password }, handed.Password);
    }
}
