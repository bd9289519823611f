using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KenshinOtp.Support.Processes;

/// <summary>
/// A real process under test: what it printed is kept, and it can be ended politely or as a power cut would end it.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly Lock gate = new();

    private ChildProcess(ProcessStartInfo start, string? input)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        StartOrExplain(process);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is null)
            return;
        using var standardInput = process.StandardInput;
        standardInput.Write(input);
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>The lines of standard output and standard error, in the order in which they arrived.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
                return [.. lines];
        }
    }

    public string Output => string.Join('\n', Lines);

    /// <summary>
    /// Starts a process; an environment variable set to null is taken away from what the test run itself has. What it is given to read must be short, or be read.
    /// </summary>
    public static ChildProcess Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? workingDirectory = null,
        string? input = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input is not null,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            start.Environment[name] = value;
        return new ChildProcess(start, input);
    }

    /// <summary>The first line, already printed or still to come, that is wanted.</summary>
    /// <exception cref="TimeoutException">The line did not come, or the process ended without printing it.</exception>
    public async Task<string> WaitForLine(Predicate<string> wanted, TimeSpan timeout)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var ended = HasExited && await Drained();
            if (Lines.FirstOrDefault(line => wanted(line)) is { } found)
                return found;
            if (ended || clock.Elapsed > timeout)
                throw new TimeoutException($"{Describe()} did not print the line waited for. It printed:\n{Output}");
            await Task.Delay(Poll);
        }
    }

    /// <summary>Waits for the end and returns the exit code.</summary>
    public async Task<int> WaitForExit(TimeSpan timeout)
    {
        var clock = Stopwatch.StartNew();
        while (!HasExited)
        {
            if (clock.Elapsed > timeout)
                throw new TimeoutException($"{Describe()} still runs after {timeout}. It printed:\n{Output}");
            await Task.Delay(Poll);
        }

        await Drained();
        return process.ExitCode;
    }

    /// <summary>Asks the process to end (SIGTERM), as a service manager does, and returns its exit code.</summary>
    public Task<int> Terminate(TimeSpan timeout)
    {
        if (!HasExited)
            _ = Signal(Id, Sigterm);
        return WaitForExit(timeout);
    }

    /// <summary>Ends this one process at once (SIGKILL): nothing of it runs any more, as after a power cut.</summary>
    public async Task Kill()
    {
        process.Kill();
        await WaitForExit(TimeSpan.FromSeconds(10));
    }

    /// <summary>Ends the process and what it started, if they still run.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            process.Kill(entireProcessTree: true);
            await WaitForExit(TimeSpan.FromSeconds(10));
        }

        process.Dispose();
    }

    internal static void StartOrExplain(Process process)
    {
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"{process.StartInfo.FileName} cannot be started ({e.Message}); test.sh installs what the tests need.", e);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (gate)
            lines.Add(line);
    }

    /// <summary>Lets the last lines of an ended process arrive; a grandchild that holds the pipe open must not hold up the test.</summary>
    private async Task<bool> Drained()
    {
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
        return true;
    }

    private string Describe() =>
        $"{process.StartInfo.FileName} ({Id}, {(HasExited ? $"ended with code {process.ExitCode}" : "running")})";

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
