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

/// <summary>What <c>status</c> says of a centre that is well, and of the work of one that is not.</summary>
public sealed class StatusCommandTests : StatusCommandTest
{
    private const string Instant = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$";

    [Fact]
    public async Task A_centre_that_is_well_exits_with_0_and_shows_the_whole()
    {
        await (await Bank.Customer("S2", "sato")).Issue("sato@docomo.ne.jp");
        Trail.Tamper("update outbox_mail set created_at = created_at - 600000 where status = 'queued'"); // ten minutes

        var (exitCode, output) = await Run("status");
        var json = await Json(exitCode: 0);

        exitCode.ShouldBe(0, output);
        output.ShouldContain($"Database      {Centre.Database.Settings.ToDictionary()["Database:Provider"]}, schema current");
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
        await (await Bank.Customer("S2", "sato")).Issue("sato@docomo.ne.jp");
        Trail.Tamper("update outbox_mail set created_at = created_at - 960000, next_attempt_at = next_attempt_at + 60000 where status = 'queued'"); // tried again and again

        var json = await Json(exitCode: 1);

        Troubles(json).ShouldBe(["mail_late"]);
        json.GetProperty("mail").GetProperty("oldestSeconds").GetInt64().ShouldBeInRange(960, 1100);
        (await Run("status")).Output.ShouldContain("mail_late: The oldest mail was queued 16 min ago.");
    }

    [Fact]
    public async Task A_job_without_a_good_round_for_too_long_is_overdue_and_one_failure_is_not()
    {
        await Should.ThrowAsync<TimeoutException>(() => Centre.Services.GetRequiredService<JobRuns>().Watch("expiry", _ => throw new TimeoutException(), CancellationToken.None));
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
        Centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-6));
        await Bank.Customer("S2", "sato");

        var json = await Json(exitCode: 1);

        Troubles(json).ShouldBe(["audit_unsealed"]);
        json.GetProperty("audit").GetProperty("unsealedSeconds").GetInt64().ShouldBeInRange(360, 500);
        await Trail.Seal();
        await Json(exitCode: 0);
    }

    [Fact]
    public async Task A_trail_that_the_job_found_cut_needs_a_person_until_that_is_settled_as_documented()
    {
        await Bank.Customer("S2", "sato");
        await Trail.Seal();
        Trail.Tamper("delete from audit_seal where position > 1; delete from audit_entry where service_id = 'S2';").ShouldBeGreaterThan(1);
        await Json(exitCode: 0); // nobody has looked yet

        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(1);

        var json = await Json(exitCode: 1);
        Troubles(json).ShouldBe(["audit_cut"]);
        Job(json, "seal").GetProperty("error").GetString().ShouldBe("AuditCutException");
        (await Run("status")).Output.ShouldContain("Run: kenshin-otp audit verify");
        File.Delete(Path.Combine(Centre.Directory, "keys", "audit-head"));
        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(0);
        await Json(exitCode: 0);
    }

    [SkippableFact]
    public async Task A_full_disk_that_a_job_met_needs_a_person_until_the_job_goes_through()
    {
        Skip.If(Centre.Database.Engine != TestEngines.Sqlite, "The fault is one of SQLite.");
        await Should.ThrowAsync<SqliteException>(() => Centre.Services.GetRequiredService<JobRuns>().Watch("expiry", _ => throw new SqliteException("full", 13), CancellationToken.None));

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
    public async Task Wrong_usage_exits_with_2() => (await Run("status", "--loudly")).ExitCode.ShouldBe(2);

    private static JsonElement Job(JsonElement status, string name) => status.GetProperty("jobs").EnumerateArray().Single(job => job.GetProperty("name").GetString() == name);

    /// <summary>A rotation that is broken off right after it began.</summary>
    private async Task Begin(string key)
    {
        var services = Centre.Services;
        services.GetRequiredService<IKeyRing>().Add("0001").ShouldBe(key);
        await using var tx = await services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await services.GetRequiredService<KeyRegister>().Activate(tx, key, mustBePrepared: false, CancellationToken.None);
        await services.GetRequiredService<Journal>().Write(
            tx, new Entry("keys.activated", Actor.Operator, InstitutionId: "") { Detail = $"key={key}" }, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        await tx.Commit(key, CancellationToken.None);
    }
}
