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
    public async Task A_folder_of_the_database_that_cannot_be_made()
    {
        var (exitCode, output) = await Programs.Run(_directory, ["migrate"], ("Database__ConnectionString", $"Data Source={File}/folder/kenshin.db"));

        exitCode.ShouldBe(1);
        output.ShouldContain("(Database__ConnectionString): ");
        output.ShouldContain(File);
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task A_file_of_the_database_that_does_not_exist_and_is_not_made()
    {
        var path = Path.Combine(_directory, "folder", "kenshin.db");
        (string, string)[] relative = [("Database__ConnectionString", "Data Source=folder/kenshin.db")];

        await ShouldBeTold("unavailable", $"(Database__ConnectionString): The file {path} does not exist", relative);
        var status = await Programs.Run(_directory, ["status"], relative);

        status.ExitCode.ShouldBe(1);
        status.Output.ShouldContain($"database_away: No connection to the database (Database__ConnectionString): The file {path} does not exist");
        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
        (await Programs.Run(_directory, ["migrate"], relative)).ExitCode.ShouldBe(0);
        System.IO.File.Exists(path).ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_to_listen_on_that_is_none()
    {
        await using var api = Programs.Api(_directory, [], ("ASPNETCORE_URLS", "127.0.0.1:8080"), ("Mail__Transport", "pigeon"));

        (await api.WaitForExit(Patience)).ShouldBe(1);
        api.Output.ShouldContain("ASPNETCORE_URLS (or --urls) has '127.0.0.1:8080'");
        api.Output.ShouldContain("Mail__Transport is 'pigeon'");
        api.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task What_only_the_web_server_finds_wrong_with_its_addresses()
    {
        (await Programs.Run(_directory, ["migrate"])).ExitCode.ShouldBe(0);

        await using var api = Programs.Api(_directory, [], ("Kestrel__Endpoints__Http__Url", "ftp://127.0.0.1"));

        (await api.WaitForExit(Patience)).ShouldBe(1);
        api.Lines[^1].ShouldStartWith("The addresses to listen on (ASPNETCORE_URLS): ");
        api.Output.ShouldNotContain("   at ");
    }

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
        api.Output.ShouldNotContain("   at ");
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
