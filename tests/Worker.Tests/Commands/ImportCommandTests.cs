using System.Text.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Import;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

public sealed class ImportCommandTests : IAsyncLifetime
{
    private const string Header = "serial,secretHex,algorithm,digits,period,expiresAt\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-import-").FullName;

    public async Task InitializeAsync()
    {
        (await Run("migrate")).ExitCode.ShouldBe(0);
        (await Run("institution", "add", "--code", "9001", "--name", "みずうみ信用組合", "--preset", "kenshin", "--mail-from", "a@kenshin.example"))
            .ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_of_lines_is_imported_and_its_refusals_are_told()
    {
        var file = Write("tokens.csv", Header + new HardToken("HT000001").Csv + "\nHT000002,zz,SHA1,6,30,\n");

        var (exitCode, output) = await Run("tokens", "import", "--institution", "9001", file);
        var again = await Json("tokens", "import", "--institution", "9001", file);

        exitCode.ShouldBe(0);
        output.ShouldContain("Imported 1, unchanged 0, rejected 1");
        output.ShouldContain("line 3: secret_invalid (HT000002)");
        output.ShouldContain("importing 100 %");
        again.GetRawText().ShouldBe(
            """{"imported":0,"unchanged":1,"rejected":[{"line":3,"serial":"HT000002","code":"secret_invalid"}],"rejectedCount":1,"truncated":false}""");
    }

    [Fact]
    public async Task An_encrypted_container_opens_with_the_key_of_a_file()
    {
        var (key, secret) = (new byte[32], "合言葉 は山");
        var withKey = Write("key.pskc", PskcFile.WithKey(key).Of(new HardToken("HT000001")));
        var withPassphrase = Write("passphrase.pskc", PskcFile.WithPassphrase(secret).Of(new HardToken("HT000002")));
        var keyFile = Write("key.txt", Convert.ToHexString(key) + "\n");
        var passphraseFile = Write("passphrase.txt", secret + "\r\n");

        var (exitCode, output) = await Run("tokens", "import", "--institution", "9001", withKey, "--json");
        (exitCode, JsonDocument.Parse(output.Split('\n').First(line => line.StartsWith('{'))).RootElement.GetProperty("code").GetString()).ShouldBe((1, "import_key_required"));
        (await Json("tokens", "import", "--institution", "9001", withKey, "--key-file", keyFile)).GetProperty("imported").GetInt32().ShouldBe(1);
        (await Json("tokens", "import", "--institution", "9001", withPassphrase, "--passphrase-file", passphraseFile))
            .GetProperty("imported").GetInt32().ShouldBe(1);
        (await Run("tokens", "import", "--institution", "9001", withKey, "--key-file", passphraseFile)).Output.ShouldContain(Import.ImportKeys.KeyRule);
    }

    [Fact]
    public async Task What_is_typed_at_the_terminal_opens_the_container_or_is_told_to_be_no_key()
    {
        var key = new byte[32];
        var withKey = Write("key.pskc", PskcFile.WithKey(key).Of(new HardToken("HT000001")));
        var withPassphrase = Write("passphrase.pskc", PskcFile.WithPassphrase("hill").Of(new HardToken("HT000002")));

        (await Type("0123", withKey)).ShouldSatisfyAllConditions(
            told => told.ExitCode.ShouldBe(1), told => told.Output.ShouldContain(Import.ImportKeys.KeyRule), told => told.Output.ShouldNotContain("encrypted with"));
        (await Type("", withPassphrase)).ShouldSatisfyAllConditions(
            told => told.ExitCode.ShouldBe(1), told => told.Output.ShouldContain(Import.ImportKeys.PassphraseRule));
        (await Type(Convert.ToHexString(key), withKey)).Output.ShouldContain("Imported 1");
        (await Type("hill", withPassphrase)).Output.ShouldContain("Imported 1");
    }

    [Fact]
    public async Task Exit_codes_tell_a_refusal_from_wrong_usage()
    {
        var file = Write("tokens.csv", new HardToken("HT000001").Csv);

        (await Run("tokens", "import", "--institution", "9001")).ExitCode.ShouldBe(2);
        (await Run("tokens", "import", file)).ExitCode.ShouldBe(2);
        (await Run("tokens", "import", "--institution", "9001", file + ".missing")).ExitCode.ShouldBe(2);
        (await Run("tokens", "import", "--institution", "9002", file)).ExitCode.ShouldBe(1);
        (await Run("tokens", "import", "--institution", "9001", Write("bad.pskc", "<!DOCTYPE x><KeyContainer/>"))).ExitCode.ShouldBe(1);
        (await Run("tokens", "import", "--institution", "9001", Write("empty.csv", Header))).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_hundred_thousand_tokens_take_bounded_memory()
    {
        var file = Path.Combine(_directory, "many.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 100_000).Select(i => new HardToken($"HT{i:D8}").Csv));

        await using var process = Programs.Worker(_directory, ["tokens", "import", "--institution", "9001", file]);
        var peak = await PeakMemory(process);

        (await process.WaitForExit(TimeSpan.FromSeconds(60))).ShouldBe(0, process.Output);
        process.Output.ShouldContain("Imported 100000, unchanged 0, rejected 0");
        peak.ShouldBeInRange(1, 300L * 1024 * 1024);
    }

    [Fact]
    public async Task After_a_power_cut_in_the_middle_the_same_file_brings_what_is_missing()
    {
        var file = Write("tokens.csv", string.Join('\n', Enumerable.Range(0, 20_000).Select(i => new HardToken($"HT{i:D8}").Csv)));
        await using (var process = Programs.Worker(_directory, ["tokens", "import", "--institution", "9001", file]))
        {
            await process.WaitForLine(line => line.StartsWith("importing", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
            await process.Kill();
        }

        var again = await Json("tokens", "import", "--institution", "9001", file);

        var (imported, unchanged) = (again.GetProperty("imported").GetInt32(), again.GetProperty("unchanged").GetInt32());
        (imported + unchanged, unchanged % 500, unchanged > 0).ShouldBe((20_000, 0, true));
    }

    [Fact]
    public async Task An_operator_who_stops_it_is_told_how_far_it_came_and_how_to_go_on()
    {
        var file = Write("tokens.csv", string.Join('\n', Enumerable.Range(0, 50_000).Select(i => new HardToken($"HT{i:D8}").Csv)));
        await using var process = Programs.Worker(_directory, ["tokens", "import", "--institution", "9001", file]);
        await process.WaitForLine(line => line.StartsWith("importing", StringComparison.Ordinal), TimeSpan.FromSeconds(30));

        (await process.Terminate(TimeSpan.FromSeconds(30))).ShouldBe(1, process.Output);

        var told = process.Lines.Single(line => line.StartsWith("Stopped before it was done", StringComparison.Ordinal));
        told.ShouldContain("Import the same file again");
        var sofar = int.Parse(told.Split("imported ")[1].Split(',')[0]);
        sofar.ShouldBeInRange(500, 49_500);
        (await Json("tokens", "import", "--institution", "9001", file)).GetProperty("unchanged").GetInt32().ShouldBe(sofar);
    }

    [Fact]
    public async Task Two_hundred_megabytes_of_junk_are_refused_at_once()
    {
        var file = Path.Combine(_directory, "junk.pskc");
        await using (var junk = File.Create(file))
        {
            junk.Write("<a>"u8);
            junk.SetLength(200 * 1024 * 1024); // the rest is a hole: zeros
        }

        var (exitCode, output) = await Run("tokens", "import", "--institution", "9001", file);

        exitCode.ShouldBe(1);
        output.ShouldContain("Line 1:");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The most that the process had in memory up to its end, in bytes, as the kernel counts it.</summary>
    private static async Task<long> PeakMemory(ChildProcess process)
    {
        var peak = 0L;
        while (!process.HasExited)
        {
            try
            {
                var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                peak = line is null ? peak : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
            }
            catch (IOException) when (process.HasExited)
            {
                break;
            }

            await Task.Delay(20);
        }

        return peak;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Imports at a terminal, where somebody answers what is asked.</summary>
    private Task<(int ExitCode, string Output)> Type(string typed, string file)
    {
        var command = $"dotnet {Path.Combine(AppContext.BaseDirectory, "kenshin-otp.dll")} tokens import --institution 9001 {file}";
        return Programs.Shell(_directory, $"printf '{typed}\\n' | script -qec '{command}' /dev/null");
    }

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(_directory, arguments);

    private async Task<JsonElement> Json(params string[] arguments)
    {
        var (exitCode, output) = await Run([.. arguments, "--json"]);
        exitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output).RootElement;
    }
}
