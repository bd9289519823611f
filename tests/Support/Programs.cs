using KenshinOtp.Support.Processes;

namespace KenshinOtp.Support;

/// <summary>The product's programs as processes of their own, on the same database and keys as a centre, with the machine's clock.</summary>
public static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The worker, or one of its commands.</summary>
    public static ChildProcess Worker(string directory, IEnumerable<string> arguments, params (string Key, string Value)[] settings) =>
        Start("kenshin-otp.dll", directory, arguments, settings);

    /// <summary>The API on a port of its own.</summary>
    public static ChildProcess Api(string directory, int port, params (string Key, string Value)[] settings) =>
        Api(directory, ["--urls", $"http://127.0.0.1:{port}"], settings);

    /// <summary>The API with a command line of its own.</summary>
    public static ChildProcess Api(string directory, IEnumerable<string> arguments, params (string Key, string Value)[] settings) =>
        Start("KenshinOtp.Api.dll", directory, arguments, settings);

    /// <summary>The worker, or one of its commands, beside a centre.</summary>
    public static ChildProcess Worker(Centre centre, IEnumerable<string> arguments, params (string Key, string Value)[] settings) =>
        Worker(centre.Directory, arguments, Beside(centre, settings));

    /// <summary>Another API beside a centre.</summary>
    public static ChildProcess Api(Centre centre, int port, params (string Key, string Value)[] settings) => Api(centre.Directory, port, Beside(centre, settings));

    /// <summary>Runs a command beside a centre to its end.</summary>
    public static Task<(int ExitCode, string Output)> Run(Centre centre, IEnumerable<string> arguments, params (string Key, string Value)[] settings) =>
        Run(centre.Directory, arguments, Beside(centre, settings));

    /// <summary>Runs a command beside a centre to its end, and gives it something to read.</summary>
    public static async Task<(int ExitCode, string Output)> Feed(Centre centre, string input, IEnumerable<string> arguments)
    {
        await using var process = Start("kenshin-otp.dll", centre.Directory, arguments, Beside(centre, []), input);
        return (await process.WaitForExit(Patience), process.Output);
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> Run(string directory, IEnumerable<string> arguments, params (string Key, string Value)[] settings)
    {
        await using var process = Worker(directory, arguments, settings);
        var exitCode = await process.WaitForExit(Patience);
        return (exitCode, process.Output);
    }

    /// <summary>Runs lines of a shell to their end, as an operator types them: <c>kenshin-otp</c> is the product's. The first line that fails ends them.</summary>
    public static async Task<(int ExitCode, string Output)> Shell(string directory, string lines, params (string Key, string Value)[] settings)
    {
        var script = $"kenshin-otp() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "kenshin-otp.dll")}' \"$@\"; }}\n{lines}";
        await using var process = StartIn(directory, "bash", ["-e", "-c", script], settings);
        var exitCode = await process.WaitForExit(Patience);
        return (exitCode, process.Output);
    }

    private static (string Key, string Value)[] Beside(Centre centre, (string Key, string Value)[] settings) => [.. centre.Database.Settings, .. settings];

    private static ChildProcess Start(string program, string directory, IEnumerable<string> arguments, (string Key, string Value)[] settings, string? input = null) =>
        StartIn(directory, "dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments], settings, input);

    private static ChildProcess StartIn(string directory, string file, IEnumerable<string> arguments, (string Key, string Value)[] settings, string? input = null)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ASPNETCORE_ENVIRONMENT"] = null,
            ["DOTNET_ENVIRONMENT"] = null,
            ["Database__ConnectionString"] = $"Data Source={Path.Combine(directory, "centre.db")}",
            ["Keys__Directory"] = Path.Combine(directory, "keys"),
            ["Mail__Transport"] = "pickup",
            ["Mail__PickupDirectory"] = Path.Combine(directory, "mail"),
            ["PublicUrl"] = "http://127.0.0.1:5080",
        };
        foreach (var (key, value) in settings)
            environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        return ChildProcess.Start(file, arguments, environment, directory, input);
    }
}
