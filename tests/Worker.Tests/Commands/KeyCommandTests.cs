using System.Text.Json;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Import;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>keys rotate</c> as a process of its own, beside a centre that runs.</summary>
public sealed class KeyCommandTests : IAsyncLifetime
{
    private const int Stock = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Workplace Desk = new("127.0.0.1", "a browser");

    private Centre _centre = null!;
    private Bank _bank = null!;

    private AuditTrail Trail => new(_centre);

    private string Keys => Path.Combine(_centre.Directory, "keys");

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow().AddDays(-715));
        _bank = await _centre.Bank();
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task Everything_sealed_is_sealed_anew_and_all_goes_on_in_a_centre_that_was_not_restarted()
    {
        var (renewing, newPhone) = await _bank.CustomerWithToken("S1", "yamada");
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
        (await newPhone.Renew(await newPhone.Password())).Code.ShouldBe(200);
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        var (inUse, phone) = await _bank.CustomerWithToken("S2", "sato");
        var password = await phone.Password();
        var answer = await inUse.Verify(password, idempotencyKey: "k-1");
        var clerk = await Clerk.Hire(_centre, "9001", "honbu", StaffRole.HeadOffice);
        var (beginner, shown) = await Beginner();
        var waiting = await _bank.Customer("S3", "tanaka");
        (await waiting.Issue()).Code.ShouldBe(202);

        var rotated = await Json("keys", "rotate");

        rotated.GetProperty("key").GetString().ShouldBe("0002");
        (rotated.GetProperty("resumed").GetBoolean(), rotated.GetProperty("complete").GetBoolean()).ShouldBe((false, true));
        rotated.GetProperty("resealed").GetProperty("values").GetRawText().ShouldBe(
            """{"http_key.element":1,"idempotent_answer.body":1,"outbox_mail.body":1,"staff.pending_secret":1,"staff.secret":1,"token.next_secret":1,"token.secret":2}""");
        rotated.GetProperty("oldKeys").GetRawText().ShouldBe(
            """[{"key":"0001","here":true,"sealedValues":0,"staffPasswords":2,"activationPins":3,"rememberedCalls":1,"auditTrail":true}]""");
        SealedWith("0001").ShouldBeEmpty();

        (await inUse.Verify(password, idempotencyKey: "k-1")).Text.ShouldBe(answer.Text);
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        (await inUse.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        (await renewing.Verify(await newPhone.Password()))["result"].ShouldBe("accepted");
        var activated = _centre.Phone();
        (await activated.Activate(await waiting.DownloadCode(), waiting.ServiceId, waiting.UserId, Customer.Pin)).Code.ShouldBe(200);
        (await waiting.Confirm(await activated.Password())).Code.ShouldBe(200);
        SealedWith("0002").ShouldContain("token.secret", "what is new is sealed with the new key");
        SealedWith("0001").ShouldBeEmpty();
        await clerk.Visit();
        (await _centre.Services.GetRequiredService<SignIn>().SecretToEnroll(await Look(beginner), CancellationToken.None))!.Reveal().ToArray().ShouldBe(shown);
        (await Trail.Verify()).Fault.ShouldBeNull();
        foreach (var action in new[] { "keys.activated", "keys.rotated" })
            Trail.Ask($"select count(*) from audit_entry where action = '{action}'").ShouldBe("1");
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_with_the_same_key_and_in_little_memory()
    {
        await Import();
        await using (var doomed = Programs.Worker(_centre.Directory, ["keys", "rotate"]))
        {
            await doomed.WaitForLine(line => line == "re-sealing 20 %", Patience);
            await doomed.Kill();
        }

        var left = long.Parse(Trail.Ask("select count(*) from token where secret like 'v1.0001.%'")!);
        left.ShouldBeInRange(1, Stock - Stock / 5);
        (left % 500).ShouldBe(0);
        await using (var stopped = Programs.Worker(_centre.Directory, ["keys", "rotate"]))
        {
            await stopped.WaitForLine(line => line.StartsWith("waiting", StringComparison.Ordinal), Patience);
            (await stopped.Terminate(Patience)).ShouldBe(1);
            stopped.Output.ShouldContain("Run it again: it goes on with the same key.");
        }

        SealedWith("0001").ShouldBeEmpty();
        var (exitCode, output) = await Programs.Run(_centre.Directory, ["keys", "rotate"], ("DOTNET_GCHeapHardLimit", "0x1800000")); // 24 MB

        exitCode.ShouldBe(0, output);
        output.ShouldContain("Went on with the rotation: key 0002 seals now; 0 values were sealed anew.");
        output.ShouldContain("0001: the audit trail");
        KeyFiles().ShouldBe(["master-0001.key", "master-0002.key"]);
        (exitCode, output) = await Programs.Run(_centre.Directory, ["keys", "rotate"], ("DOTNET_GCHeapHardLimit", "0x1800000"));
        exitCode.ShouldBe(0, output);
        var keysOfForms = long.Parse(Trail.Ask("select count(*) from http_key")!);
        output.ShouldContain($"Key 0003 seals now; {Stock + keysOfForms} values were sealed anew.");
    }

    [Fact]
    public async Task A_key_that_was_made_just_before_a_power_cut_is_the_one_that_is_used()
    {
        await Run("jobs", "run", "seal");
        var orphan = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        await File.WriteAllTextAsync(Path.Combine(Keys, "master-0002.key"), orphan);

        (await Json("keys", "rotate")).GetProperty("key").GetString().ShouldBe("0002");

        (await File.ReadAllTextAsync(Path.Combine(Keys, "master-0002.key"))).ShouldBe(orphan);
    }

    [Fact]
    public async Task What_does_not_open_is_told_and_keeps_the_rotation_open()
    {
        var (customer, phone) = await _bank.CustomerWithToken();
        await Run("jobs", "run", "seal");
        Trail.Tamper("update token set secret = replace(secret, 'v1.0001.', 'v1.0007.')");

        var (exitCode, output) = await Run("keys", "rotate");

        exitCode.ShouldBe(1);
        output.ShouldContain($"token.secret of {Trail.Ask("select id from token")}: The master key '0007' is missing");
        output.ShouldContain("NOT ALL");
        (await customer.Verify(await phone.Password())).Code.ShouldBe(503, "another node may have the key");
        Trail.Tamper("update token set secret = null");
        (await Json("keys", "rotate")).GetProperty("resumed").GetBoolean().ShouldBeTrue();
        (await Json("keys", "rotate")).GetProperty("key").GetString().ShouldBe("0003");
    }

    [Theory]
    [InlineData("not a key")]
    [InlineData("AAAA")]
    [InlineData("")]
    public async Task A_damaged_key_file_is_named_and_stops_every_program(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(Keys, "master-0002.key"), content);

        var json = await Run("keys", "rotate", "--json");
        await using var worker = Programs.Worker(_centre.Directory, ["run"]);
        await using var api = Programs.Api(_centre.Directory, Support.Processes.FreePort.Next());

        json.ExitCode.ShouldBe(1);
        json.Output.ShouldContain("\"code\":\"key_unreadable\"");
        foreach (var program in new[] { worker, api })
        {
            (await program.WaitForExit(Patience)).ShouldBe(1);
            program.Output.ShouldContain("master-0002.key cannot be read: ");
            program.Output.ShouldNotContain("   at ");
        }
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "rotate", "0002")]
    [InlineData("keys", "rotate", "--loudly")]
    [InlineData("keys", "rotate", "--prepare", "--discard-prepared")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments) => (await Run(arguments)).ExitCode.ShouldBe(2);

    private async Task Import()
    {
        var file = Path.Combine(_centre.Directory, "stock.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, Stock).Select(i => new HardToken($"HT{i:D8}").Csv));
        (await Run("tokens", "import", "--institution", "9001", file)).ExitCode.ShouldBe(0);
    }

    /// <summary>Somebody who has been shown a QR code and has not typed its first password.</summary>
    private async Task<(StaffVisit Visit, byte[] Secret)> Beginner()
    {
        var signIn = _centre.Services.GetRequiredService<SignIn>();
        var sessions = _centre.Services.GetRequiredService<StaffSessions>();
        var added = await _centre.Services.GetRequiredService<StaffAccounts>()
            .Add(new("9001", "ito", "伊藤", "001", StaffRole.Teller, Password: null), CancellationToken.None);
        var cookie = await signIn.Begin("9001", "ito", added.Value!.Password, Desk, CancellationToken.None);
        var visit = await sessions.Find(cookie.Value, CancellationToken.None);
        cookie = await signIn.ChangePassword(visit!, added.Value.Password, Clerk.Password, CancellationToken.None);
        visit = await sessions.Find(cookie.Value, CancellationToken.None);
        return (visit!, (await signIn.SecretToEnroll(visit!, CancellationToken.None))!.Reveal().ToArray());
    }

    /// <summary>The same person as the database knows them now.</summary>
    private async Task<StaffVisit> Look(StaffVisit visit)
    {
        await using var session = await _centre.Services.GetRequiredService<Data.Database>().Read(CancellationToken.None);
        return visit with { Member = (await _centre.Services.GetRequiredService<StaffStore>().ById(session, visit.Member.Id, CancellationToken.None))! };
    }

    /// <summary>Every column of every table, whoever knows of it, that holds something sealed with a key; but for the keys' own proofs.</summary>
    private List<string> SealedWith(string keyId)
    {
        var columns = Trail.Ask(
            """
            select group_concat(m.name || '.' || c.name) from sqlite_master m join pragma_table_info(m.name) c
            where m.type = 'table' and m.name not in ('key_check', 'schema_version')
            """)!.Split(',').Select(name => name.Split('.'));
        return [.. columns.Where(name => Trail.Ask($"select count(*) from {name[0]} where {name[1]} like 'v1.{keyId}.%'") != "0").Select(name => string.Join('.', name))];
    }

    private IEnumerable<string> KeyFiles() => Directory.GetFiles(Keys, "master*").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(_centre.Directory, arguments);

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (exitCode, output) = await Run([.. arguments, "--json"]);
        exitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;
    }
}
