using System.CommandLine;
using KenshinOtp.Data;
using KenshinOtp.Staff;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary>Members of staff: who may use the console.</summary>
internal static class StaffCommands
{
    private static readonly Option<string> Login = new("--login") { Description = "The name to log in with", Required = true };

    public static Command Create() => new("staff", "Members of staff, who use the console") { Add(), Reset() };

    private static Command Add()
    {
        var roles = Enum.GetValues<StaffRole>().Select(role => role.ToRow()).ToArray();
        Option<string> role = new("--role") { Description = string.Join(" | ", roles), Required = true };
        role.AcceptOnlyFromAmong(roles);
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
            return added.Succeeded(out var handed, out var problem) ? Say(terminal, handed, given: password is not null) : terminal.Refuse(problem);
        });
        return command;
    }

    private static Command Reset()
    {
        var command = new Command("reset", "Another password, no token, no lock: the person begins anew") { OperatorCommands.Institution, Login };
        OperatorCommands.Serve(command, async (services, terminal, parsed, ct) =>
        {
            var reset = await services.GetRequiredService<StaffAccounts>().Reset(
                parsed.GetRequiredValue(OperatorCommands.Institution), parsed.GetRequiredValue(Login), ct);
            return reset.Succeeded(out var handed, out var problem) ? Say(terminal, handed, given: false) : terminal.Refuse(problem);
        });
        return command;
    }

    private static int Say(Terminal terminal, HandedOver handed, bool given) => given
        ? terminal.Say(new { login = handed.Member.Login }, $"Added {handed.Member.Login}")
        : terminal.Say(new { login = handed.Member.Login, password = handed.Password }, handed.Password);
}
