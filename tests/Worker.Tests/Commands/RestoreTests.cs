using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KenshinOtp.Support;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>Backup and restore of a SQLite database by the very lines that <c>docs/operations.md</c> gives to operators.</summary>
public sealed partial class RestoreTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-restore-").FullName;

    [Theory]
    [InlineData(false, 0, "Intact")]
    [InlineData(true, 1, "the trail was cut off")] // audit-head remembers a seal that the copy does not have: that is the restore
    public async Task A_copy_that_is_put_back_is_the_database_of_its_moment_whatever_a_killed_program_left(bool sealedSince, int exitCode, string verified)
    {
        Directory.CreateDirectory(Path.Combine(_directory, "backup"));
        await Must("kenshin-otp migrate", Add("9001"), "kenshin-otp jobs run seal");
        await using (var api = Programs.Api(_directory, FreePort.Next(), [Database, ("Jobs__InProcess", "false")]))
        {
            await api.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);
            await Must(Documented(".backup"));
            await Must(Add("9002"), sealedSince ? "kenshin-otp jobs run seal" : "true");
            await api.Kill();
        }

        new FileInfo(Path.Combine(_directory, "kenshin.db-wal")).Length.ShouldBeGreaterThan(0);
        var restored = await Shell(Documented("before-restore"));

        restored.ExitCode.ShouldBe(exitCode, restored.Output);
        restored.Output.ShouldContain(verified);
        (await Shell("sqlite3 kenshin.db 'select code from institution; pragma integrity_check'")).Output.ShouldBe("9001\nok");
        (await Must(Add("9002"))).ShouldContain("Added 9002");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_audit_head_is_told_with_the_way_out_that_is_documented(bool copied)
    {
        Directory.CreateDirectory(Path.Combine(_directory, "backup", "keys"));
        await Must("kenshin-otp migrate", Add("9001"), "kenshin-otp jobs run seal");
        var head = Path.Combine(_directory, "keys", "audit-head");
        if (copied)
            File.Copy(head, Path.Combine(_directory, "backup", "keys", "audit-head"));
        await Must(Add("9002"), "kenshin-otp jobs run seal");
        await File.WriteAllTextAsync(head, "{\"position\":");
        foreach (var command in new[] { "kenshin-otp audit verify", "kenshin-otp jobs run seal" })
        {
            var (exitCode, output) = await Shell(command);
            exitCode.ShouldBe(1);
            output.ShouldContain($"{head} is damaged");
        }

        (await Must(Documented("audit-head.damaged"))).ShouldContain("Intact");

        await Must("kenshin-otp jobs run seal", "kenshin-otp audit verify");
        (await Shell("sqlite3 kenshin.db \"select count(*) from audit_entry where action = 'audit.headRenewed'\"")).Output.ShouldBe(copied ? "0" : "1");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private (string, string) Database => ("Database__ConnectionString", $"Data Source={Path.Combine(_directory, "kenshin.db")}");

    private static string Add(string code) => $"kenshin-otp institution add --code {code} --name 信用組合 --preset kenshin --mail-from otp@kenshin.example";

    /// <summary>The block of lines that holds these words, with the folders of this test.</summary>
    private string Documented(string words) => Block().Matches(File.ReadAllText(Path.Combine(Here(), "..", "..", "..", "docs", "operations.md")))
        .Select(match => match.Groups[1].Value).Single(block => block.Contains(words, StringComparison.Ordinal))
        .Replace("/var/lib/kenshin-otp", _directory, StringComparison.Ordinal).Replace("/backup/", $"{_directory}/backup/", StringComparison.Ordinal);

    private Task<(int ExitCode, string Output)> Shell(string lines) => Programs.Shell(_directory, lines, Database);

    private async Task<string> Must(params string[] lines)
    {
        var (exitCode, output) = await Shell(string.Join('\n', lines));
        exitCode.ShouldBe(0, output);
        return output;
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline, 5000)]
    private static partial Regex Block();
}
