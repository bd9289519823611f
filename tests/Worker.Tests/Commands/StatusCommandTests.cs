using System.Data.Common;
using System.Text.Json;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Housekeeping;
using KenshinOtp.Security;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using KenshinOtp.Worker.Jobs;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>status</c> as a process of its own, beside a centre all of whose jobs have just had a round.</summary>
public sealed class StatusCommandTests : IAsyncLifetime
{
    private const string Instant = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$";

    private Centre _centre = null!;
    private Bank _bank = null!;

    private AuditTrail Trail => new(_centre);

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        await _centre.Services.GetRequiredService<KeyCheck>().Verify(CancellationToken.None);
        _centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-20));
        _bank = await _centre.Bank();
        await _bank.CustomerWithToken();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
        foreach (var job in JobCatalogue.All)
            await job.RunWatched(_centre.Services, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task A_centre_that_is_well_exits_with_0_and_shows_the_whole()
    {
        await (await _bank.Customer("S2", "sato")).Issue("sato@docomo.ne.jp");
        Trail.Tamper("update outbox_mail set created_at = created_at - 600000 where status = 'queued'"); // ten minutes

        var (exitCode, output) = await Run("status");
        var json = await Json(exitCode: 0);

        exitCode.ShouldBe(0, output);
        output.ShouldContain($"Database      {_centre.Database.Settings.ToDictionary()["Database:Provider"]}, schema current");
        output.ShouldContain("Keys          0001 seals");
        output.ShouldContain("1 waiting, the oldest for 10 min; 0 failed");
        output.ShouldContain("Tokens        inUse 1, issued 1");
        output.ShouldEndWith("All is well.");
        json.GetProperty("well").GetBoolean().ShouldBeTrue();
        json.GetProperty("troubles").GetArrayLength().ShouldBe(0);
        (json.GetProperty("database").GetProperty("reachable").GetBoolean(), json.GetProperty("database").GetProperty("schemaCurrent").GetBoolean()).ShouldBe((true, true));
        json.GetProperty("keys").GetRawText().ShouldBe("""{"active":"0001","prepared":null,"rotating":false}""");
        json.GetProperty("jobs").EnumerateArray().Select(job => (job.GetProperty("name").GetString(), job.GetProperty("outcome").GetString(), job.GetProperty("overdue").GetBoolean()))
            .ShouldBe(JobCatalogue.All.Select(job => ((string?)job.Name, (string?)"good", false)));
        json.GetProperty("mail").GetProperty("waiting").GetInt64().ShouldBe(1);
        json.GetProperty("mail").GetProperty("oldestSeconds").GetInt64().ShouldBeInRange(600, 700);
        json.GetProperty("tokens").GetRawText().ShouldBe("""{"inUse":1,"issued":1}""");
        json.GetProperty("institutions").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Instants_for_programs_have_the_form_of_the_HTTP_API()
    {
        var json = await Json(exitCode: 0);
        var keys = await Run("api-key", "list", "--json");

        foreach (var job in json.GetProperty("jobs").EnumerateArray())
        {
            job.GetProperty("lastRoundAt").GetString()!.ShouldMatch(Instant);
            job.GetProperty("lastGoodAt").GetString()!.ShouldMatch(Instant);
        }

        var key = Parse(keys.Output).GetProperty("keys").EnumerateArray().ShouldHaveSingleItem();
        key.GetProperty("createdAt").GetString()!.ShouldMatch(Instant);
        key.GetProperty("revokedAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_mail_that_waits_too_long_needs_a_person()
    {
        await (await _bank.Customer("S2", "sato")).Issue("sato@docomo.ne.jp");
        Trail.Tamper("update outbox_mail set created_at = created_at - 960000, next_attempt_at = next_attempt_at + 60000 where status = 'queued'"); // tried again and again

        var json = await Json(exitCode: 1);

        Troubles(json).ShouldBe(["mail_late"]);
        json.GetProperty("mail").GetProperty("oldestSeconds").GetInt64().ShouldBeInRange(960, 1100);
        (await Run("status")).Output.ShouldContain("mail_late: The oldest mail was queued 16 min ago.");
    }

    [Fact]
    public async Task A_job_without_a_good_round_for_too_long_is_overdue_and_one_failure_is_not()
    {
        await Should.ThrowAsync<TimeoutException>(() => _centre.Services.GetRequiredService<JobRuns>().Watch("expiry", _ => throw new TimeoutException(), CancellationToken.None));
        Trail.Tamper("update job_run set finished_at = finished_at - 10800000 where name = 'grace'"); // three hours: three rounds, and not ten minutes more

        var failed = Job(await Json(exitCode: 0), "expiry");
        (failed.GetProperty("outcome").GetString(), failed.GetProperty("error").GetString(), failed.GetProperty("overdue").GetBoolean()).ShouldBe(("failed", "TimeoutException", false));
        Trail.Tamper("update job_run set finished_at = finished_at - 660000 where name in ('grace', 'mail')");
        var json = await Json(exitCode: 1);

        Troubles(json).ShouldBe(["job_overdue", "job_overdue"]);
        Job(json, "grace").GetProperty("overdue").GetBoolean().ShouldBeTrue();
        Job(json, "mail").GetProperty("overdue").GetBoolean().ShouldBeTrue();
        (await Run("status")).Output.ShouldContain("job_overdue: The last good round of the job grace was 3 h ago.");
    }

    [Fact]
    public async Task A_job_that_never_ran_is_overdue_once_the_centre_is_older_than_its_rounds()
    {
        Trail.Tamper("delete from job_run where name = 'cleanup'");
        Trail.Tamper($"update schema_version set applied_at = {TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds()}");
        await Json(exitCode: 0);

        Trail.Tamper($"update schema_version set applied_at = {TimeProvider.System.GetUtcNow().AddHours(-4).ToUnixTimeMilliseconds()}");

        Troubles(await Json(exitCode: 1)).ShouldBe(["job_overdue"]);
        (await Run("status")).Output.ShouldContain("cleanup  no round yet, OVERDUE");
    }

    [Fact]
    public async Task Entries_that_stay_without_a_seal_need_a_person()
    {
        Trail.Tamper("update audit_seal set sealed_at = sealed_at - 900000"); // a quarter of an hour
        await Json(exitCode: 0); // nothing was written since
        _centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-6));
        await _bank.Customer("S2", "sato");

        var json = await Json(exitCode: 1);

        Troubles(json).ShouldBe(["audit_unsealed"]);
        json.GetProperty("audit").GetProperty("unsealedSeconds").GetInt64().ShouldBeInRange(360, 500);
        await Trail.Seal();
        await Json(exitCode: 0);
    }

    [Fact]
    public async Task A_trail_that_the_job_found_cut_needs_a_person_until_that_is_settled_as_documented()
    {
        await _bank.Customer("S2", "sato");
        await Trail.Seal();
        Trail.Tamper("delete from audit_seal where position > 1; delete from audit_entry where service_id = 'S2';").ShouldBeGreaterThan(1);
        await Json(exitCode: 0); // nobody has looked yet

        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(1);

        var json = await Json(exitCode: 1);
        Troubles(json).ShouldBe(["audit_cut"]);
        Job(json, "seal").GetProperty("error").GetString().ShouldBe("AuditCutException");
        (await Run("status")).Output.ShouldContain("Run: kenshin-otp audit verify");
        File.Delete(Path.Combine(_centre.Directory, "keys", "audit-head"));
        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(0);
        await Json(exitCode: 0);
    }

    [SkippableFact]
    public async Task A_full_disk_that_a_job_met_needs_a_person_until_the_job_goes_through()
    {
        Skip.If(_centre.Database.Engine != TestEngines.Sqlite, "The fault is one of SQLite.");
        await Should.ThrowAsync<SqliteException>(() => _centre.Services.GetRequiredService<JobRuns>().Watch("expiry", _ => throw new SqliteException("full", 13), CancellationToken.None));

        Troubles(await Json(exitCode: 1)).ShouldBe(["disk_full"]);

        (await Run("jobs", "run", "expiry")).ExitCode.ShouldBe(0);
        await Json(exitCode: 0);
    }

    [Fact]
    public async Task A_rotation_that_has_not_come_to_its_end_after_an_hour_needs_a_person()
    {
        await Begin("0002");
        (await Json(exitCode: 0)).GetProperty("keys").GetProperty("rotating").GetBoolean().ShouldBeTrue();

        Trail.Tamper("update audit_entry set occurred_at = occurred_at - 3660000 where action = 'keys.activated'");

        Troubles(await Json(exitCode: 1)).ShouldBe(["rotation_unfinished"]);
        (await Run("status")).Output.ShouldContain("rotation_unfinished: The rotation to key 0002 began 61 min ago and has not come to its end");
        Trail.Tamper("delete from audit_entry where action = 'keys.activated'");
        (await Run("status")).Output.ShouldContain("began long ago");
        (await Run("keys", "rotate")).ExitCode.ShouldBe(0);
        Troubles(await Json(exitCode: 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_schema_of_an_older_version_needs_a_person()
    {
        Trail.Tamper("delete from schema_version where number = 3");

        var json = await Json(exitCode: 1);

        Troubles(json).ShouldBe(["schema"]);
        json.GetProperty("database").GetProperty("schemaCurrent").GetBoolean().ShouldBeFalse();
        json.GetProperty("jobs").ValueKind.ShouldBe(JsonValueKind.Null);
        (await Run("status")).Output.ShouldContain("Run: kenshin-otp migrate");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_told_as_such()
    {
        var (exitCode, output) = await Programs.Run(_centre.Directory, ["status", "--json"], ("Database:Provider", "sqlite"), ("Database:ConnectionString", $"Data Source={_centre.Directory}"));

        exitCode.ShouldBe(1);
        Troubles(Parse(output)).ShouldBe(["database_away"]);
        Parse(output).GetProperty("database").GetProperty("reachable").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told_as_that()
    {
        var file = Path.Combine(_centre.Directory, "letter.txt");
        await File.WriteAllTextAsync(file, new string('x', 4096));
        (string, string)[] settings = [("Database:Provider", "sqlite"), ("Database:ConnectionString", $"Data Source={file}")];

        var (exitCode, output) = await Programs.Run(_centre.Directory, ["status", "--json"], settings);

        exitCode.ShouldBe(1);
        ShouldBeRefused(Parse(output), "is no database of SQLite");
        (await Programs.Run(_centre.Directory, ["status"], settings)).Output.ShouldContain("Database      sqlite, REFUSED");
    }

    [Fact]
    public async Task A_database_that_takes_no_change_needs_a_person()
    {
        var settings = _centre.Database.Settings.ToDictionary();
        var readOnly = settings["Database:Provider"] == TestEngines.Sqlite ? ";Mode=ReadOnly" : ";Options=-c default_transaction_read_only=on";

        var (exitCode, output) = await Programs.Run(_centre, ["status", "--json"], ("Database:ConnectionString", settings["Database:ConnectionString"] + readOnly));

        exitCode.ShouldBe(1);
        Troubles(Parse(output)).ShouldBe(["database_read_only"]);
        Parse(output).GetProperty("mail").GetProperty("waiting").GetInt64().ShouldBe(0, "the rest is shown all the same");
    }

    [SkippableTheory]
    [InlineData("Database", "no_such_database", "The server has no database of that name")]
    [InlineData("Username", "no_such_user", "The server refuses the log-in")]
    public async Task A_server_that_answers_with_a_refusal_is_told_as_that(string key, string value, string words)
    {
        Skip.If(TestEngines.Absence(TestEngines.Postgresql) is not null, TestEngines.Absence(TestEngines.Postgresql));
        var connection = new DbConnectionStringBuilder { ConnectionString = TestEngines.ServerOf(TestEngines.Postgresql), [key] = value };

        var (exitCode, output) = await Programs.Run(
            _centre.Directory, ["status", "--json"], ("Database:Provider", "postgresql"), ("Database:ConnectionString", connection.ConnectionString!));

        exitCode.ShouldBe(1);
        ShouldBeRefused(Parse(output), words);
    }

    [Fact]
    public async Task A_directory_without_keys_needs_a_person_and_is_left_alone()
    {
        var elsewhere = Path.Combine(_centre.Directory, "elsewhere");

        var (exitCode, output) = await Programs.Run(_centre, ["status", "--json"], ("Keys:Directory", elsewhere));

        exitCode.ShouldBe(1);
        Troubles(Parse(output)).ShouldBe(["keys"]);
        Parse(output).GetProperty("mail").GetProperty("waiting").GetInt64().ShouldBe(0, "the rest is shown all the same");
        Directory.Exists(elsewhere).ShouldBeFalse();
        await File.WriteAllTextAsync(Path.Combine(_centre.Directory, "keys", "master-0001.key"), "damaged");
        Troubles(await Json(exitCode: 1)).ShouldBe(["keys"]);
    }

    [Fact]
    public async Task Wrong_usage_exits_with_2() => (await Run("status", "--loudly")).ExitCode.ShouldBe(2);

    private static void ShouldBeRefused(JsonElement status, string words)
    {
        var trouble = status.GetProperty("troubles").EnumerateArray().ShouldHaveSingleItem();
        trouble.GetProperty("code").GetString().ShouldBe("database_away", "programs know it by that");
        trouble.GetProperty("detail").GetString()!.ShouldContain(words);
        status.GetProperty("database").GetProperty("reachable").GetBoolean().ShouldBeTrue();
        status.GetProperty("database").GetProperty("schemaCurrent").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static IEnumerable<string?> Troubles(JsonElement status) => status.GetProperty("troubles").EnumerateArray().Select(trouble => trouble.GetProperty("code").GetString());

    private static JsonElement Job(JsonElement status, string name) => status.GetProperty("jobs").EnumerateArray().Single(job => job.GetProperty("name").GetString() == name);

    private static JsonElement Parse(string output) => JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;

    /// <summary>A rotation that is broken off right after it began.</summary>
    private async Task Begin(string key)
    {
        var services = _centre.Services;
        services.GetRequiredService<IKeyRing>().Add("0001").ShouldBe(key);
        await using var tx = await services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await services.GetRequiredService<KeyRegister>().Activate(tx, key, CancellationToken.None);
        await services.GetRequiredService<Journal>().Write(
            tx, new Entry("keys.activated", Actor.Operator, InstitutionId: "") { Detail = $"key={key}" }, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        await tx.Commit(key, CancellationToken.None);
    }

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(_centre, arguments);

    private async Task<JsonElement> Json(int exitCode)
    {
        var run = await Run("status", "--json");
        run.ExitCode.ShouldBe(exitCode, run.Output);
        return Parse(run.Output);
    }
}
