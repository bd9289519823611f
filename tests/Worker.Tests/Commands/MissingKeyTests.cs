using System.Text.Json;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>A host that has the key that seals and lacks the one before, which passwords of staff and the audit trail still need.</summary>
public sealed class MissingKeyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Centre _centre = null!;
    private Clerk _clerk = null!;

    private AuditTrail Trail => new(_centre);

    private string There => Path.Combine(_centre.Directory, "keys-there");

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
        await _centre.Bank();
        _clerk = await Clerk.Hire(_centre, "9001", "honbu", StaffRole.HeadOffice);
        await Trail.Seal();
        (await Programs.Run(_centre, ["keys", "rotate"])).ExitCode.ShouldBe(0);
        (await Programs.Run(_centre, ["jobs", "run", "seal"])).ExitCode.ShouldBe(0);
        Directory.CreateDirectory(There);
        foreach (var file in new[] { "master-0002.key", "audit-head" })
            File.Copy(Path.Combine(_centre.Directory, "keys", file), Path.Combine(There, file));
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task Status_names_the_key_its_directory_and_what_needs_it_as_long_as_anything_does()
    {
        var (exitCode, output) = await RunThere("status");

        exitCode.ShouldBe(1);
        output.ShouldContain($"keys: The master key 0001 is missing from {There}, and is still needed by 1 passwords of staff, the audit trail. Restore master-0001.key from its backup");
        (await Programs.Run(_centre, ["status"])).Output.ShouldNotContain("keys:");
        Trail.Tamper("update staff set password_hash = replace(password_hash, 'p1.0001.', 'p1.0002.')");
        (await RunThere("status")).Output.ShouldContain("is still needed by the audit trail.");
        Trail.Tamper("delete from audit_entry where mac like '0001.%'; delete from audit_seal where mac like '0001.%';");
        (await RunThere("status")).Output.ShouldNotContain("keys:");
    }

    [Fact]
    public async Task A_verification_says_what_it_cannot_judge_and_goes_on_with_the_rest()
    {
        var (exitCode, output) = await RunThere("audit", "verify");

        exitCode.ShouldBe(1);
        output.ShouldContain("CANNOT BE JUDGED: chain ");
        output.ShouldContain("the master key 0001, which it names, is missing from the key ring");
        output.ShouldNotContain("changed");
        var json = await Verify();
        json.GetProperty("intact").GetBoolean().ShouldBeFalse();
        json.GetProperty("fault").GetProperty("kind").GetString().ShouldBe("keyMissing");
        json.GetProperty("unjudged").GetInt64().ShouldBe(Counted("like"));
        (json.GetProperty("entries").GetInt64() + json.GetProperty("seals").GetInt64()).ShouldBe(Counted("not like"));

        Trail.Tamper("update audit_entry set detail = 'x' where action = 'keys.rotated'").ShouldBe(1);
        (await Verify()).GetProperty("fault").GetProperty("kind").GetString().ShouldBe("changed");
        (await Programs.Run(_centre, ["audit", "archive", "--before", "2020-01-01"])).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("=")]
    [InlineData("<>")]
    public async Task What_names_the_missing_key_hides_no_other_tampering(string whose)
    {
        const string rotated = "(select chain from audit_entry where action = 'keys.rotated')";
        Trail.Tamper($"insert into audit_base (chain, position, mac, proof) select max(chain), 0, '', '0001.x' from audit_entry where chain {whose} {rotated}").ShouldBe(1);
        Trail.Tamper("update audit_entry set mac = '0001.x' where action = 'keys.rotated'").ShouldBe(1);
        var fault = (await Verify()).GetProperty("fault");

        fault.GetProperty("kind").GetString().ShouldBe("changed");
        fault.GetProperty("detail").GetString()!.ShouldContain("not the one that was sealed");
    }

    [Fact]
    public async Task A_beginning_that_cannot_be_judged_keeps_nothing_after_it_from_being_judged()
    {
        Trail.Tamper("insert into audit_base (chain, position, mac, proof) select 'seal', position, mac, '0001.x' from audit_seal where position = 1").ShouldBe(1);
        Trail.Tamper("insert into audit_base (chain, position, mac, proof) select chain, position, mac, '0001.x' from audit_entry where position = 1").ShouldBeGreaterThan(0);
        Trail.Tamper("delete from audit_seal where position = 1").ShouldBe(1);
        var gone = Trail.Tamper("delete from audit_entry where position = 1");

        var json = await Verify();

        json.GetProperty("fault").GetProperty("kind").GetString().ShouldBe("keyMissing");
        json.GetProperty("unjudged").GetInt64().ShouldBe(Counted("like") + gone + 1);
        json.GetProperty("seals").GetInt64().ShouldBe(1);
        Trail.Tamper("update audit_seal set mac = 'x' where position = 2").ShouldBe(1);
        (await Verify()).GetProperty("fault").GetProperty("kind").GetString().ShouldBe("sealBroken");
    }

    [Fact]
    public async Task Worker_and_API_warn_when_they_start_and_do_their_work()
    {
        const string warning = "The master key 0001 is missing from Keys__Directory";
        await using var worker = Programs.Worker(_centre, ["run"], ("Keys:Directory", There));
        await using var api = Programs.Api(_centre, FreePort.Next(), ("Keys:Directory", There), ("Jobs:InProcess", "false"));

        foreach (var program in new[] { worker, api })
        {
            await program.WaitForLine(line => line.Contains(warning, StringComparison.Ordinal), Patience);
            await program.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);
        }
    }

    [Fact]
    public async Task A_log_in_whose_password_needs_the_key_is_put_off_with_one_line_in_the_log()
    {
        await using var there = await _centre.Beside(("Keys:Directory", There));
        using var screen = new StaffScreen(there);
        Told(there).ShouldHaveSingleItem().ShouldContain("is missing from Keys__Directory"); // at the start

        var answer = await screen.Begin(_clerk);

        ((int)answer.StatusCode).ShouldBe(503);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("処理できませんでした");
        Told(there).Skip(1).ShouldHaveSingleItem().ShouldContain("was put off: KeyMissingException");

        static List<string> Told(Centre centre) =>
            [.. centre.Log.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task A_prepared_key_that_nobody_has_any_more_is_given_up_and_the_next_one_has_another_number()
    {
        (await Programs.Run(_centre, ["keys", "rotate", "--prepare"])).Output.ShouldContain("Made key 0003");
        var lost = Path.Combine(_centre.Directory, "keys", "master-0003.key");
        File.Delete(lost);
        foreach (var arguments in new[] { new[] { "keys", "rotate" }, ["keys", "rotate", "--prepare"] })
            (await Programs.Run(_centre, arguments)).ShouldBeRefused("kenshin-otp keys rotate --discard-prepared");

        var given = await Programs.Run(_centre, ["keys", "rotate", "--discard-prepared"]);

        given.ExitCode.ShouldBe(0, given.Output);
        given.Output.ShouldContain("Gave up key 0003");
        (await Programs.Run(_centre, ["keys", "rotate", "--discard-prepared"])).ShouldBeRefused("No key is prepared.");
        var next = await Programs.Run(_centre, ["keys", "rotate"]);
        next.ExitCode.ShouldBe(0, next.Output);
        next.Output.ShouldContain("Key 0004 seals now");
        File.Exists(lost).ShouldBeFalse();
        Trail.Ask("select count(*) from audit_entry where action = 'keys.discarded' and detail = 'key=0003'").ShouldBe("1");
    }

    private long Counted(string like) =>
        long.Parse(Trail.Ask($"select (select count(*) from audit_entry where mac {like} '0001.%') + (select count(*) from audit_seal where mac {like} '0001.%')")!);

    private async Task<JsonElement> Verify() =>
        JsonDocument.Parse((await RunThere("audit", "verify", "--json")).Output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;

    /// <summary>On the host that lacks the key.</summary>
    private Task<(int ExitCode, string Output)> RunThere(params string[] arguments) => Programs.Run(_centre, arguments, ("Keys:Directory", There));
}
