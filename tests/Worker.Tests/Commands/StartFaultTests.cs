using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Processes;
using Microsoft.Data.Sqlite;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>What ordinarily stands against a start is told in a line, with the setting that leads to it, by every program.</summary>
public sealed class StartFaultTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-start-").FullName;

    private string File => Path.Combine(_directory, "a-file");

    public StartFaultTests() => System.IO.File.WriteAllText(File, "where a folder is wanted");

    [Fact]
    public Task A_database_that_does_not_answer() => ShouldBeTold(
        "unavailable", "Database__ConnectionString", ("Database__Provider", "postgresql"),
        ("Database__ConnectionString", $"Host=127.0.0.1;Port={FreePort.Next()};Database=kenshin;Username=kenshin"));

    [Fact]
    public Task A_folder_of_the_database_that_cannot_be_made() =>
        ShouldBeTold("settings", "Database__ConnectionString: ", ("Database__ConnectionString", $"Data Source={File}/folder/kenshin.db"));

    [Fact]
    public Task A_file_of_the_database_that_cannot_be_opened() =>
        ShouldBeTold("unavailable", "Database__ConnectionString", ("Database__ConnectionString", $"Data Source={_directory}"));

    [Fact]
    public async Task A_folder_of_the_keys_that_cannot_be_made()
    {
        (await Programs.Run(_directory, ["migrate"])).ExitCode.ShouldBe(0);

        await ShouldBeTold("settings", "Keys__Directory: ", ("Keys__Directory", $"{File}/keys"));
    }

    [Fact]
    public async Task A_proof_in_the_database_that_is_none()
    {
        (await Programs.Run(_directory, ["migrate"])).ExitCode.ShouldBe(0);
        (await Programs.Run(_directory, ["jobs", "run", "seal"])).ExitCode.ShouldBe(0);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, "centre.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "update key_check set proof = 'v1.0001.*'";
            (await command.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        await ShouldBeTold("key_missing", "another key has its name");
    }

    [Fact]
    public async Task A_port_that_is_taken()
    {
        (await Programs.Run(_directory, ["migrate"])).ExitCode.ShouldBe(0);
        using var taken = new TcpListener(IPAddress.Loopback, FreePort.Next());
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var api = Programs.Api(_directory, port);

        (await api.WaitForExit(Patience)).ShouldBe(1);
        api.Lines.ShouldContain(line => line.StartsWith($"Failed to bind to address http://127.0.0.1:{port}", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task ShouldBeTold(string code, string words, params (string, string)[] settings)
    {
        await using var worker = Programs.Worker(_directory, ["run", "--json"], settings);
        await using var command = Programs.Worker(_directory, ["institution", "policy", "--code", "9001", "--json"], settings);
        await using var api = Programs.Api(_directory, FreePort.Next(), settings);
        foreach (var program in new[] { worker, command, api })
        {
            (await program.WaitForExit(Patience)).ShouldBe(1, program.Output);
            program.Output.ShouldContain(words);
            program.Output.ShouldNotContain("   at ");
        }

        foreach (var program in new[] { worker, command })
            JsonDocument.Parse(program.Lines.Single(line => line.StartsWith('{'))).RootElement.GetProperty("code").GetString().ShouldBe(code);
    }
}
