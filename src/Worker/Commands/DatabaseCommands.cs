using System.CommandLine;
using System.Globalization;
using KenshinOtp.Moving;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Commands;

/// <summary><c>database move</c>: from the embedded database to a server.</summary>
internal static class DatabaseCommands
{
    public const string MoveName = "move";

    private static readonly Option<FileInfo> From =
        new Option<FileInfo>("--from") { Description = "The SQLite database to move from; nothing may have it open", Required = true }.AcceptExistingOnly();

    public static Command Create()
    {
        var move = new Command(MoveName, "Moves everything from a SQLite database into the empty database of the settings") { From };
        OperatorCommands.Serve(move, Move, needsSchema: false);
        return new Command("database", "The database") { move };
    }

    private static async Task<int> Move(IServiceProvider services, Terminal terminal, ParseResult parsed, CancellationToken ct)
    {
        var file = parsed.GetRequiredValue(From).FullName;
        var bar = new ProgressBar(parsed.InvocationConfiguration.Error);
        try
        {
            var moved = await services.GetRequiredService<DatabaseMove>().Run(file, (done, total) => bar.Show("moving", done, total), ct);
            bar.Finish();
            return moved.Succeeded(out var database, out var problem)
                ? terminal.Say(
                    new { from = file, database.Engine, database.Rows, tables = database.Tables },
                    string.Create(CultureInfo.InvariantCulture, $"Moved {database.Rows} rows of {database.Tables.Count} tables to {database.Engine}."),
                    $"No program starts on {file} any more; keep it for the archive.",
                    "Now prove the audit trail with kenshin-otp audit verify, then start the API and the worker with these settings.")
                : terminal.Refuse(problem);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            bar.Finish();
            return terminal.Refuse("cancelled", "Stopped before it was done: nothing was moved.");
        }
    }
}
