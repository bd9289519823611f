using System.CommandLine;
using System.CommandLine.Parsing;
using KenshinOtp.Audit;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Security;
using KenshinOtp.Worker.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary>The operator's commands (installed name <c>kenshin-otp</c>).</summary>
internal static class OperatorCommands
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object", Recursive = true };
    public static readonly Option<string> Institution = InCode(new Option<string>("--institution") { Description = "The institution's 4-digit code", Required = true });
    private static readonly Option<string> Code = InCode(new Option<string>("--code") { Description = "The institution's 4-digit code", Required = true });
    public static readonly Option<string> Name = new("--name") { Description = "The name", Required = true };

    public static RootCommand Create(Func<CancellationToken, Task<int>> run)
    {
        var root = new RootCommand("KenshinOtp: the worker and its operator's commands. Without a command, the worker runs.") { Json };
        root.SetAction((parsed, ct) => Tell(parsed, _ => run(ct), ct));
        var runCommand = new Command("run", "Runs all scheduled jobs until it is stopped");
        runCommand.SetAction((parsed, ct) => Tell(parsed, _ => run(ct), ct));
        root.Add(runCommand);
        root.Add(Migrate());
        root.Add(DatabaseCommands.Create());
        root.Add(InstitutionCommands());
        root.Add(ApiKeyCommands());
        root.Add(TokenCommands.Create());
        root.Add(MailCommands.Create());
        root.Add(JobCommands());
        root.Add(StatusCommand.Create());
        root.Add(AuditCommands.Create());
        root.Add(StaffCommands.Create());
        root.Add(KeyCommands.Create());
        return root;
    }

    /// <summary>Whether it brings what is under way to an end once it is told to end: the worker its rounds, an import or a move its transaction.</summary>
    public static bool EndsInOrder(ParseResult parsed) =>
        parsed.CommandResult is { Command: RootCommand } or { Command.Name: "run", Parent: CommandResult { Command: RootCommand } } or { Command.Name: TokenCommands.ImportName or DatabaseCommands.MoveName };

    /// <summary>The command as it is typed, without options.</summary>
    public static string Spell(ParseResult parsed)
    {
        var words = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
            words = $" {command.Command.Name}{words}";
        return "kenshin-otp" + words;
    }

    public static Terminal TerminalOf(ParseResult parsed) => new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(Json));

    /// <summary>What is no code of an institution is wrong usage, whether there is such an institution or not.</summary>
    public static Option<T> InCode<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !InstitutionCode.TryParse(token.Value, out _)))
                result.AddError($"{option.Name} must be 4 digits, not '{token.Value}'.");
        });
        return option;
    }

    private static Command Migrate()
    {
        var command = new Command("migrate", "Brings the database to the newest schema");
        Serve(command, async (services, terminal, _, ct) =>
        {
            var applied = await services.GetRequiredService<Migrator>().Migrate(ct);
            return terminal.Say(new { applied }, applied.Count == 0 ? ["The schema is up to date."] : applied.Select(name => $"Applied {name}"));
        }, needsSchema: false);
        return command;
    }

    private static Command InstitutionCommands()
    {
        Option<string> preset = new("--preset") { Description = string.Join(" | ", Presets.Names), Required = true };
        preset.AcceptOnlyFromAmong([.. Presets.Names]);
        Option<string?> mailFrom = new("--mail-from") { Description = "The sender of its mails" };
        var add = new Command("add", "Adds an institution") { Code, Name, preset, mailFrom };
        Serve(add, async (services, terminal, parsed, ct) =>
        {
            var added = await services.GetRequiredService<InstitutionDesk>().Add(
                parsed.GetRequiredValue(Code), parsed.GetRequiredValue(Name), parsed.GetRequiredValue(preset), parsed.GetValue(mailFrom), ct);
            return added.Succeeded(out var institution, out var problem)
                ? terminal.Say(Show(institution), [$"Added {institution.Code} {institution.Name} ({institution.Preset})", .. SenderHint(parsed.GetValue(mailFrom), institution)])
                : terminal.Refuse(problem);
        });

        Option<string[]> set = new("--set") { Description = "key=value", DefaultValueFactory = _ => [] };
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !token.Value.Contains('=', StringComparison.Ordinal)))
                result.AddError($"--set wants key=value, not '{token.Value}'.");
        });
        var policy = new Command("policy", "Shows or changes the policy") { Code, set };
        Serve(policy, (services, terminal, parsed, ct) => ShowOrChangePolicy(services, terminal, parsed.GetRequiredValue(Code), parsed.GetValue(set) ?? [], ct));
        return new Command("institution", "Institutions and their policies") { add, policy, ListCommands.Institutions() };
    }

    private static async Task<int> ShowOrChangePolicy(IServiceProvider services, Terminal terminal, string code, string[] set, CancellationToken ct)
    {
        var pairs = set.Select(text => text.Split('=', 2)).ToList();
        var desk = services.GetRequiredService<InstitutionDesk>();
        var found = pairs.Count == 0
            ? await desk.Find(code, ct)
            : await desk.ChangePolicy(code, [.. pairs.Select(pair => KeyValuePair.Create(pair[0], pair[1]))], ct);
        return found.Succeeded(out var institution, out var problem)
            ? terminal.Say(Show(institution), PolicyKeys.All.Select(key => $"{key.Name}={key.Read(institution.Policy)}"))
            : terminal.Refuse(problem);
    }

    private static Command ApiKeyCommands()
    {
        var add = new Command("add", "Makes an API key and prints it once") { Institution, Name };
        Serve(add, async (services, terminal, parsed, ct) =>
        {
            var added = await services.GetRequiredService<ApiKeys>().Add(CodeOf(parsed), parsed.GetRequiredValue(Name), ct);
            return added.Succeeded(out var key, out var problem)
                ? terminal.Say(new { institution = parsed.GetRequiredValue(Institution), name = parsed.GetRequiredValue(Name), key }, key)
                : terminal.Refuse(problem);
        });

        var revoke = new Command("revoke", "Makes an API key invalid at once") { Institution, Name };
        Serve(revoke, async (services, terminal, parsed, ct) =>
        {
            var revoked = await services.GetRequiredService<ApiKeys>().Revoke(CodeOf(parsed), parsed.GetRequiredValue(Name), ct);
            return revoked.Succeeded(out var name, out var problem)
                ? terminal.Say(new { institution = parsed.GetRequiredValue(Institution), name, revoked = true }, $"Revoked {name}")
                : terminal.Refuse(problem);
        });
        return new Command("api-key", "Keys of relying parties") { add, revoke, ListCommands.ApiKeys() };
    }

    private static Command JobCommands()
    {
        Argument<string> name = new("name") { Description = string.Join(" | ", JobCatalogue.All.Select(job => job.Name)) };
        name.AcceptOnlyFromAmong([.. JobCatalogue.All.Select(job => job.Name)]);
        var run = new Command("run", "Runs a scheduled job once, now") { name };
        Serve(run, async (services, terminal, parsed, ct) =>
        {
            var job = JobCatalogue.Find(parsed.GetRequiredValue(name))!;
            var count = await job.RunByHand(services, Actor.Operator, institutionId: "", ct);
            return terminal.Say(new { job = job.Name, count }, $"{job.Name}: {count} done");
        }, lenient: false, sendsMail: parsed => JobCatalogue.Find(parsed.GetRequiredValue(name))!.SendsMail);
        return new Command("jobs", "Scheduled jobs") { run };
    }

    private static string[] SenderHint(string? mailFrom, Institution institution) => mailFrom is not null ? [] :
    [
        $"Its mails would come from {institution.Policy.MailFrom}, which no carrier delivers. Set the sender:",
        $"  institution policy --code {institution.Code} --set mailFrom=otp@example.jp",
    ];

    private static object Show(Institution institution) => new
    {
        code = institution.Code.ToString(),
        institution.Name,
        institution.Preset,
        policy = PolicyKeys.All.ToDictionary(key => key.Name, key => key.Read(institution.Policy), StringComparer.Ordinal),
    };

    // What is no code has been refused as wrong usage by then (InCode); the default one throws on use.
    private static InstitutionCode CodeOf(ParseResult parsed) => InstitutionCode.TryParse(parsed.GetRequiredValue(Institution), out var code) ? code : default;

    /// <summary>Runs a command on the services it needs, and turns what stands against it into words and an exit code: <paramref name="hindered"/>.</summary>
    public static void Serve(
        Command command, Func<IServiceProvider, Terminal, ParseResult, CancellationToken, Task<int>> act, bool lenient = true, bool needsSchema = true,
        Func<ParseResult, bool>? sendsMail = null, int hindered = Terminal.Refused) =>
        command.SetAction((parsed, ct) => Tell(parsed, async terminal =>
        {
            await using var services = Hosts.ForCommand(lenient, sendsMail?.Invoke(parsed) ?? true);
            if (!needsSchema)
                return await act(services, terminal, parsed, ct);
            await services.GetRequiredService<Migrator>().RequireCurrent(ct);
            await services.GetRequiredService<KeyCheck>().Verify(ct);
            return await Hosts.FollowKeys(services, () => act(services, terminal, parsed, ct));
        }, ct, hindered));

    private static async Task<int> Tell(ParseResult parsed, Func<Terminal, Task<int>> act, CancellationToken ct, int hindered = Terminal.Refused)
    {
        var terminal = TerminalOf(parsed);
        try
        {
            return await act(terminal);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            terminal.Refuse("cancelled", "Stopped before it was done.");
            return hindered;
        }
        catch (Exception e) when (StartFault.Is(e))
        {
            terminal.Refuse(StartFault.CodeOf(e), StartFault.WordsOf(e));
            return hindered;
        }
    }
}
