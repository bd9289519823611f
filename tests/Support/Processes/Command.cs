using System.Diagnostics;

namespace KenshinOtp.Support.Processes;

/// <summary>A short command that is run to its end for what it prints.</summary>
public static class Command
{
    /// <summary>Runs the command, gives it <paramref name="input"/>, and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, or it ended with another code than 0.</exception>
    public static async Task<string> Output(string file, IEnumerable<string> arguments, string input, CancellationToken ct)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(file, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        ChildProcess.StartOrExplain(process);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{file} ended with code {process.ExitCode}: {await errors}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
