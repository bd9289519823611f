using KenshinOtp.Support.Processes;
using Microsoft.Playwright;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The demo as a newcomer starts it: the program itself, on free ports, with a data directory of its own.</summary>
internal sealed class DemoProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-demo-").FullName;
    private readonly int _apiPort = FreePort.Next();
    private readonly int _bankPort = FreePort.Next();
    private ChildProcess? _process;

    public Uri BankUrl => new($"http://localhost:{_bankPort}");

    public Uri ApiUrl => new($"http://localhost:{_apiPort}");

    public string Data => Path.Combine(_directory, "demo");

    public async Task Start(params string[] options)
    {
        await Launch(options);
        await _process!.WaitForLine(line => line.Contains($"http://localhost:{_bankPort}", StringComparison.Ordinal), Patience);
    }

    public async Task Restart(params string[] options)
    {
        await Stop();
        await Start(options);
    }

    /// <summary>Ends the program; its data stay.</summary>
    public Task Stop() => _process!.Terminate(Patience);

    /// <summary>Starts the stopped program where it cannot start.</summary>
    /// <returns>Its exit code and all that it says.</returns>
    public async Task<(int ExitCode, string Output)> Fail()
    {
        await Launch();
        return (await _process!.WaitForExit(Patience), _process.Output);
    }

    /// <summary>From the start page through a bank's door.</summary>
    public static async Task LogIn(IPage page, string bank, string userId)
    {
        await page.GotoAsync("/");
        await page.ClickAsync($"#enter-{bank}");
        await page.CheckAsync($"#user-{userId}");
        await page.ClickAsync("#login-submit");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task Launch(params string[] options)
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = ChildProcess.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "KenshinOtp.DemoBank.dll"), "--api-port", $"{_apiPort}", "--bank-port", $"{_bankPort}", "--data", Data, .. options]);
    }
}
