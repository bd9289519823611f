using System.Text.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

public sealed class OperatorCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-cli-").FullName;

    [Fact]
    public async Task From_nothing_to_an_institution_with_a_key()
    {
        (await Run("migrate")).ShouldBe((0, $"Applied 0001_tokens{Environment.NewLine}Applied 0002_staff{Environment.NewLine}Applied 0003_http_keys{Environment.NewLine}Applied 0004_staff_access{Environment.NewLine}Applied 0005_draft_token{Environment.NewLine}Applied 0006_audit_leaves{Environment.NewLine}Applied 0007_states_and_links{Environment.NewLine}Applied 0008_visits_end_with_keys{Environment.NewLine}Applied 0009_indexes"));
        (await Run("migrate")).ShouldBe((0, "The schema is up to date."));
        (await Run("institution", "add", "--code", "9001", "--name", "みずうみ信用組合", "--preset", "kenshin", "--mail-from", "otp@kenshin.example"))
            .ShouldBe((0, "Added 9001 みずうみ信用組合 (kenshin)"));
        (await Run("institution", "add", "--code", "9001", "--name", "二つ目", "--preset", "kenshin")).ExitCode.ShouldBe(1);
        (await Run("institution", "add", "--code", "9002", "--name", "送信者なし", "--preset", "shinkin-personal")).Output.ShouldContain("--set mailFrom=");

        var policy = await Json("institution", "policy", "--code", "9001", "--set", "lockAfter=7", "--set", "reissueCooldownMinutes=5");
        policy.GetProperty("policy").GetProperty("lockAfter").GetString().ShouldBe("7");
        var bad = await Run("institution", "policy", "--code", "9001", "--set", "lockAfter=many", "--set", "nonsense=1");
        bad.ExitCode.ShouldBe(1);
        bad.Output.ShouldContain("lockAfter must be 1 to 100.");
        bad.Output.ShouldContain("nonsense is not a policy key.");
        (await Json("institution", "policy", "--code", "9001")).GetProperty("policy").GetProperty("lockAfter").GetString().ShouldBe("7");

        var key = (await Json("api-key", "add", "--institution", "9001", "--name", "bank")).GetProperty("key").GetString();
        key!.ShouldStartWith("kotp_");
        (await Run("api-key", "revoke", "--institution", "9001", "--name", "bank")).ExitCode.ShouldBe(0);
        (await Run("api-key", "revoke", "--institution", "9001", "--name", "bank")).ExitCode.ShouldBe(1);
        await Run("api-key", "add", "--institution", "9002", "--name", "銀行");
        var keys = (await Json("api-key", "list")).GetProperty("keys").EnumerateArray().ToList();
        keys.Select(one => (one.GetProperty("institution").GetString(), one.GetProperty("name").GetString(), one.GetProperty("revokedAt").ValueKind))
            .ShouldBe([("9001", "bank", JsonValueKind.String), ("9002", "銀行", JsonValueKind.Null)]);
        var listed = (await Run("api-key", "list", "--institution", "9002")).Output;
        listed.ShouldContain("銀行");
        listed.ShouldNotContain("bank");
        listed.ShouldNotContain("kotp_");
        (await Run("api-key", "list", "--institution", "9009")).ExitCode.ShouldBe(1);
        (await Run("institution", "list")).Output.Split(Environment.NewLine)
            .ShouldBe(["CODE  PRESET            NAME", "9001  kenshin           みずうみ信用組合", "9002  shinkin-personal  送信者なし"]);
        (await Json("institution", "list")).GetProperty("institutions").GetArrayLength().ShouldBe(2);
        (await Json("jobs", "run", "expiry")).GetProperty("count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_job_that_sends_mail_asks_how_mail_is_sent()
    {
        await Run("migrate");
        (string, string)[] unsaid = [("Mail__Transport", "")];

        foreach (var job in new[] { "expiry", "grace", "seal", "cleanup" })
            (await Programs.Run(_directory, ["jobs", "run", job], unsaid)).ExitCode.ShouldBe(0);
        var (exitCode, output) = await Programs.Run(_directory, ["jobs", "run", "mail"], unsaid);

        exitCode.ShouldBe(1);
        output.ShouldContain("Mail__Transport is missing");
    }

    [Fact]
    public async Task What_became_of_each_mail_is_told_beside_the_answer()
    {
        await using var centre = await Centre.Start();
        centre.Clock.Set(TimeProvider.System.GetUtcNow());
        await (await (await centre.Bank()).Customer()).Issue("yamada@docomo.ne.jp");
        (string, string)[] nobody = [.. centre.Database.Settings, ("Mail__Transport", "smtp"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", $"{FreePort.Next()}")];

        var errors = await Programs.Shell(centre.Directory, "kenshin-otp jobs run mail --json 2>&1 >answer", nobody);

        errors.ExitCode.ShouldBe(0, errors.Output);
        errors.Output.ShouldContain(": Unreachable at attempt 1, ConnectionRefused");
        (await File.ReadAllTextAsync(Path.Combine(centre.Directory, "answer"))).Trim().ShouldBe("""{"job":"mail","count":0}""");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("institution", "add")]
    [InlineData("institution", "policy", "--code", "9001", "--set", "lockAfter")]
    [InlineData("institution", "add", "--code", "9001", "--name", "信用組合", "--preset", "bank")]
    [InlineData("institution", "add", "--code", "91", "--name", "信用組合", "--preset", "kenshin")]
    [InlineData("api-key", "add", "--institution", "90", "--name", "IB")]
    [InlineData("audit", "verify", "--institution", "90")]
    [InlineData("jobs", "run", "nonsense")]
    [InlineData("staff", "change", "--institution", "9001", "--login", "sato")]
    [InlineData("staff", "change", "--institution", "9001", "--login", "sato", "--role", "king")]
    [InlineData("staff", "disable", "--institution", "9001")]
    [InlineData("staff", "list", "9001")]
    [InlineData("migrate", "--loudly")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments) => (await Run(arguments)).ExitCode.ShouldBe(2);

    [Theory]
    [InlineData("institution add --code 9001", "Option '--name' is required.", "kenshin-otp institution add")]
    [InlineData("audit", "Required command was not provided.", "kenshin-otp audit")]
    [InlineData("nonsense", "Unrecognized command or argument 'nonsense'.", "kenshin-otp")]
    public async Task Wrong_usage_is_told_beside_the_answer_in_English_with_the_way_to_the_help(string arguments, string fault, string command)
    {
        var (exitCode, output) = await Programs.Shell(_directory, $"kenshin-otp {arguments} 2>&1 >answer", ("LC_ALL", "ja_JP.UTF-8"));

        exitCode.ShouldBe(2);
        output.Split('\n').ShouldContain(fault);
        output.ShouldEndWith($"See: {command} --help");
        output.ShouldAllBe(letter => char.IsAscii(letter));
        new FileInfo(Path.Combine(_directory, "answer")).Length.ShouldBe(0);
    }

    [Fact]
    public async Task Help_is_an_answer_also_where_options_are_missing()
    {
        var (exitCode, output) = await Programs.Shell(_directory, "kenshin-otp institution add --help 2>errors", ("LC_ALL", "ja_JP.UTF-8"));

        exitCode.ShouldBe(0);
        output.ShouldContain("Usage:");
        output.ShouldContain("--preset");
    }

    [Fact]
    public async Task A_key_that_is_no_setting_is_told_beside_the_answer_and_stops_nothing()
    {
        var (exitCode, output) = await Programs.Shell(_directory, "kenshin-otp migrate --json 2>&1 >answer", ("Mail__Smpt__Host", "mail.example.jp"));

        exitCode.ShouldBe(0, output);
        output.ShouldContain("Mail__Smpt__Host is no setting; did you mean Mail__Smtp__Host?");
        JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_directory, "answer"))).RootElement.GetProperty("applied").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_that_is_no_setting_is_told_although_the_start_fails_for_what_follows_from_it(bool api)
    {
        (string, string)[] mistyped = [("Databse__ConnectionString", "Data Source=elsewhere.db")];
        await using var program = api ? Programs.Api(_directory, FreePort.Next(), mistyped) : Programs.Worker(_directory, ["run"], mistyped);

        (await program.WaitForExit(TimeSpan.FromSeconds(60))).ShouldBe(1);

        program.Output.ShouldContain("Databse__ConnectionString is no setting; did you mean Database__ConnectionString?");
        program.Output.ShouldContain("centre.db does not exist");
    }

    [Fact]
    public async Task Wrong_usage_is_one_JSON_object_for_a_program_that_asks_for_it()
    {
        var (exitCode, output) = await Run("institution", "add", "--json");

        exitCode.ShouldBe(2);
        JsonDocument.Parse(output).RootElement.GetProperty("code").GetString().ShouldBe("wrong_usage");
    }

    [Fact]
    public async Task Without_a_schema_the_worker_says_what_to_do()
    {
        var (exitCode, output) = await Run("run");

        exitCode.ShouldBe(1);
        output.ShouldContain("Run: kenshin-otp migrate");
    }

    [Fact]
    public async Task Before_the_first_migration_commands_say_what_to_do()
    {
        var (exitCode, output) = await Run("institution", "add", "--code", "9001", "--name", "信用組合", "--preset", "kenshin", "--json");

        exitCode.ShouldBe(1);
        output.ShouldContain("Run: kenshin-otp migrate");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Keys_of_another_database_are_refused()
    {
        await Run("migrate");
        await Run("institution", "add", "--code", "9001", "--name", "信用組合", "--preset", "kenshin");
        Directory.Delete(Path.Combine(_directory, "keys"), recursive: true);

        var (exitCode, output) = await Run("jobs", "run", "expiry");

        exitCode.ShouldBe(1);
        output.ShouldContain("master key '0001' is missing");
    }

    [Fact]
    public async Task Faults_of_the_configuration_are_listed_by_key()
    {
        var (exitCode, output) = await Programs.Run(_directory, ["run"], ("Mail__Transport", "pigeon"), ("PublicUrl", ""), ("Database__Provider", "abacus"));

        exitCode.ShouldBe(1);
        output.ShouldContain("Mail__Transport is 'pigeon'; allowed: smtp, pickup");
        output.ShouldContain("PublicUrl is missing");
        output.ShouldContain("Database__Provider is 'abacus'");
        output.ShouldNotContain("   at ");
    }

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
    }

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(_directory, arguments);

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (exitCode, output) = await Run([.. arguments, "--json"]);
        exitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output).RootElement;
    }
}
