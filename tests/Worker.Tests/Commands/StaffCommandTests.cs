using System.Text.Json;
using KenshinOtp.Support;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>The operator's commands about members of staff, and what they leave in the audit trail.</summary>
public sealed class StaffCommandTests : IAsyncLifetime
{
    private static readonly string[] Sato = ["--institution", "9001", "--login", "sato"];

    private Centre _centre = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        await _centre.Bank();
        (await Json(["staff", "add", .. Sato, "--name", "佐藤 一郎", "--role", "teller", "--branch", "001"])).GetProperty("password").GetString()!.Length.ShouldBe(16);
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task A_member_of_staff_is_moved_taken_out_of_service_and_brought_back()
    {
        (await Run(["staff", "change", .. Sato, "--branch", "002"])).ShouldBe((0, "sato is now: 佐藤 一郎, teller, branch 002"));
        var changed = await Json(["staff", "change", .. Sato, "--role", "headOffice", "--branch", "all", "--name", "佐藤 二郎"]);
        (changed.GetProperty("role").GetString(), changed.GetProperty("name").GetString(), changed.GetProperty("branch").ValueKind).ShouldBe(("headOffice", "佐藤 二郎", JsonValueKind.Null));
        (await Run(["staff", "change", .. Sato, "--role", "teller"])).ExitCode.ShouldBe(1);

        (await Run(["staff", "disable", .. Sato])).ShouldBe((0, "Disabled sato"));
        (await Run(["staff", "disable", .. Sato])).ExitCode.ShouldBe(1);
        (await State()).ShouldBe("disabled");
        var refused = await Run(["staff", "reset", .. Sato, "--json"]);
        refused.ExitCode.ShouldBe(1);
        refused.Output.ShouldContain("\"staff_disabled\"");
        (await Json(["staff", "enable", .. Sato])).GetProperty("password").GetString()!.Length.ShouldBe(16);
        (await Run(["staff", "enable", .. Sato])).ExitCode.ShouldBe(1);
        (await State()).ShouldBe("new");

        (await Run(["staff", "list", "--institution", "9001"])).Output.ShouldMatch("^INSTITUTION +LOGIN +ROLE .*\\s+9001 +sato +headOffice +all +new +[-0-9]+ [0-9:]+ +- +佐藤 二郎$");
        (await Run(["staff", "list", "--institution", "9009"])).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task The_trail_tells_which_operator_it_was()
    {
        (await Programs.Run(_centre, ["staff", "disable", .. Sato], ("SUDO_USER", "tanaka"))).ExitCode.ShouldBe(0);
        (await Programs.Run(_centre, ["api-key", "revoke", "--institution", "9001", "--name", "bank"], ("SUDO_USER", Environment.UserName))).ExitCode.ShouldBe(0);
        (await Programs.Run(_centre, ["jobs", "run", "grace"], ("SUDO_USER", new string('x', 80)))).ExitCode.ShouldBe(0);

        var trail = new AuditTrail(_centre);
        string? Who(string action) => trail.Ask($"select actor_name from audit_entry where action = '{action}' and actor_kind = 'operator'");
        Who("staff.disabled").ShouldBe($"tanaka/{Environment.UserName}");
        Who("apiKey.revoked").ShouldBe(Environment.UserName);
        Who("job.runByHand").ShouldBe(new string('x', 60));
        trail.Ask("select state_after from audit_entry where action = 'job.runByHand'").ShouldBe("grace");
    }

    private async Task<string?> State() =>
        (await Json(["staff", "list"])).GetProperty("staff").EnumerateArray().Single().GetProperty("state").GetString();

    private Task<(int ExitCode, string Output)> Run(string[] arguments) => Programs.Run(_centre, arguments);

    private async Task<JsonElement> Json(string[] arguments)
    {
        var (exitCode, output) = await Run([.. arguments, "--json"]);
        exitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output).RootElement;
    }
}
