using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>appsettings.json</c> lies beside the program; what lies where the operator stands is somebody else's.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private const string Beside = """{"Mail":{"Transport":"from-beside-the-program"}}""", Here = """{"Database":{"Provider":"from-where-the-operator-stands"}}""";

    private static readonly Dictionary<string, string?> NoSettings = new(StringComparer.Ordinal) { ["ASPNETCORE_ENVIRONMENT"] = null, ["DOTNET_ENVIRONMENT"] = null, ["DOTNET_CONTENTROOT"] = null };

    private readonly string _program = Directory.CreateTempSubdirectory("kenshin-program-").FullName;
    private readonly string _here = Directory.CreateTempSubdirectory("kenshin-here-").FullName;

    public SettingsFileTests()
    {
        Install(_program);
        File.WriteAllText(Path.Combine(_program, "appsettings.json"), Beside);
        File.WriteAllText(Path.Combine(_here, "appsettings.json"), Here);
    }

    [Theory]
    [InlineData("kenshin-otp.dll", "run")]
    [InlineData("kenshin-otp.dll", "jobs", "run", "mail")]
    [InlineData("KenshinOtp.Api.dll")]
    public async Task Every_program_reads_the_settings_beside_it_wherever_it_is_started(string program, params string[] arguments)
    {
        await using var process = ChildProcess.Start("dotnet", [Path.Combine(_program, program), .. arguments], NoSettings, _here);

        (await process.WaitForExit(TimeSpan.FromSeconds(60))).ShouldBe(1);

        process.Output.ShouldContain("Mail__Transport is 'from-beside-the-program'");
        process.Output.ShouldNotContain("from-where-the-operator-stands");
    }

    [Fact]
    public async Task Relative_paths_begin_where_the_operator_stands()
    {
        File.WriteAllText(Path.Combine(_program, "appsettings.json"), """{"Database":{"ConnectionString":"Data Source=relative/kenshin.db"}}""");

        await using var process = ChildProcess.Start("dotnet", [Path.Combine(_program, "kenshin-otp.dll"), "migrate"], NoSettings, _here);

        (await process.WaitForExit(TimeSpan.FromSeconds(60))).ShouldBe(0, process.Output);
        File.Exists(Path.Combine(_here, "relative", "kenshin.db")).ShouldBeTrue();
    }

    public void Dispose()
    {
        Directory.Delete(_program, recursive: true);
        Directory.Delete(_here, recursive: true);
    }

    /// <summary>The programs in a folder of their own: the files that say where that is as copies, the rest as links.</summary>
    private static void Install(string folder)
    {
        foreach (var entry in new DirectoryInfo(AppContext.BaseDirectory).GetFileSystemInfos())
        {
            var place = Path.Combine(folder, entry.Name);
            if (entry is DirectoryInfo)
                Directory.CreateSymbolicLink(place, entry.FullName);
            else if (entry.Name.StartsWith("kenshin-otp.", StringComparison.Ordinal) || entry.Name.StartsWith("KenshinOtp.Api.", StringComparison.Ordinal))
                File.Copy(entry.FullName, place);
            else
                File.CreateSymbolicLink(place, entry.FullName);
        }
    }
}
