using System.Data.Common;
using System.Text.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>What <c>status</c> says where it does not get at the database or the keys, or not at the right ones.</summary>
public sealed class StatusReachTests : StatusCommandTest
{
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
        var (exitCode, output) = await Programs.Run(Centre.Directory, ["status", "--json"], ("Database:Provider", "sqlite"), ("Database:ConnectionString", $"Data Source={Centre.Directory}"));

        exitCode.ShouldBe(1);
        Troubles(Parse(output)).ShouldBe(["database_away"]);
        Parse(output).GetProperty("database").GetProperty("reachable").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told_as_that()
    {
        var file = Path.Combine(Centre.Directory, "letter.txt");
        await File.WriteAllTextAsync(file, new string('x', 4096));
        (string, string)[] settings = [("Database:Provider", "sqlite"), ("Database:ConnectionString", $"Data Source={file}")];

        var (exitCode, output) = await Programs.Run(Centre.Directory, ["status", "--json"], settings);

        exitCode.ShouldBe(1);
        ShouldBeRefused(Parse(output), "is no database of SQLite");
        (await Programs.Run(Centre.Directory, ["status"], settings)).Output.ShouldContain("Database      sqlite, REFUSED");
    }

    [Fact]
    public async Task A_database_that_takes_no_change_needs_a_person()
    {
        var settings = Centre.Database.Settings.ToDictionary();
        var readOnly = settings["Database:Provider"] == TestEngines.Sqlite ? ";Mode=ReadOnly" : ";Options=-c default_transaction_read_only=on";

        var (exitCode, output) = await Programs.Run(Centre, ["status", "--json"], ("Database:ConnectionString", settings["Database:ConnectionString"] + readOnly));

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
            Centre.Directory, ["status", "--json"], ("Database:Provider", "postgresql"), ("Database:ConnectionString", connection.ConnectionString!));

        exitCode.ShouldBe(1);
        ShouldBeRefused(Parse(output), words);
    }

    [Fact]
    public async Task A_directory_without_keys_needs_a_person_and_is_left_alone()
    {
        var elsewhere = Path.Combine(Centre.Directory, "elsewhere");

        var (exitCode, output) = await Programs.Run(Centre, ["status", "--json"], ("Keys:Directory", elsewhere));

        exitCode.ShouldBe(1);
        Troubles(Parse(output)).ShouldBe(["keys"]);
        Parse(output).GetProperty("mail").GetProperty("waiting").GetInt64().ShouldBe(0, "the rest is shown all the same");
        Directory.Exists(elsewhere).ShouldBeFalse();
        await File.WriteAllTextAsync(Path.Combine(Centre.Directory, "keys", "master-0001.key"), "damaged");
        Troubles(await Json(exitCode: 1)).ShouldBe(["keys"]);
    }

    private static void ShouldBeRefused(JsonElement status, string words)
    {
        var trouble = status.GetProperty("troubles").EnumerateArray().ShouldHaveSingleItem();
        trouble.GetProperty("code").GetString().ShouldBe("database_away", "programs know it by that");
        trouble.GetProperty("detail").GetString()!.ShouldContain(words);
        status.GetProperty("database").GetProperty("reachable").GetBoolean().ShouldBeTrue();
        status.GetProperty("database").GetProperty("schemaCurrent").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
