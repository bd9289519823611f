using System.Data.Common;
using System.Globalization;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Security;
using Microsoft.Data.Sqlite;

namespace KenshinOtp.Moving;

/// <summary>A database that is now elsewhere.</summary>
/// <param name="Engine">The engine it is on, by the value of <c>Database__Provider</c>.</param>
/// <param name="Rows">How many rows went over.</param>
/// <param name="Tables">Table → rows.</param>
public sealed record MovedDatabase(string Engine, long Rows, IReadOnlyDictionary<string, long> Tables);

/// <summary>
/// Moves everything from a SQLite database into the empty database of the settings, in one transaction of that one, while no program has the SQLite database
/// open. Tokens, last used steps, audit trail and events go on where they were; the SQLite database is marked, and no program starts on it any more.
/// </summary>
public sealed class DatabaseMove(Database target, Migrator migrator, KeyCheck keys, Journal journal, TimeProvider time)
{
    private const string NothingMoved = "Nothing was moved.";

    private string Engine => target.Dialect.Name;

    /// <param name="file">The SQLite database.</param>
    /// <param name="progress">Told from time to time: rows moved, rows to be moved.</param>
    /// <param name="ct">Ends the move as long as the server has not begun to commit it; then nothing was moved.</param>
    /// <exception cref="SchemaException">The database of the settings is not of this program's schema.</exception>
    /// <exception cref="KeyMissingException">The key that seals in the SQLite database is not at hand.</exception>
    public async Task<Result<MovedDatabase>> Run(string file, Action<long, long> progress, CancellationToken ct)
    {
        if (target.Dialect is SqliteDialect)
            return Problem.Conflict("target_is_sqlite", "Database__Provider must name the engine to move to: postgresql or sqlserver. A SQLite database is moved to another place by its file.");
        await migrator.RequireCurrent(ct);

        using var dialect = new SqliteDialect(new SqliteConnectionStringBuilder { DataSource = file }.ToString());
        try
        {
            await using var source = await BeginAlone(dialect, ct);
            await migrator.RequireCurrent(source, ct);
            var state = await MovedMark.Find(source, ct);
            if (state is MoveState.Moved)
                return Problem.Conflict("source_moved", $"{file} was moved before. {NothingMoved}");
            await keys.Follow(source, ct);
            return await Move(new(dialect, source, state), progress, ct);
        }
        catch (SqliteException e) when (SqliteDialect.IsInUse(e))
        {
            return Problem.Conflict("source_in_use", $"{file} is in use. Stop the API, the worker and every command first: what they still wrote would be lost.");
        }
        catch (SqliteException e)
        {
            return Problem.Refused("source_unreadable", $"{file} cannot be read as a database of SQLite: {e.Message} {NothingMoved}");
        }
        catch (SchemaException e)
        {
            return Problem.Conflict("source_schema", $"{file}, with its own settings: {e.Message}");
        }
    }

    private static async Task<Tx> BeginAlone(SqliteDialect dialect, CancellationToken ct)
    {
        var connection = await dialect.OpenAlone(ct);
        try
        {
            return new(connection, await connection.BeginTransactionAsync(ct), dialect, NoTurn.Instance, NoWitness.Instance);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<Result<MovedDatabase>> Move(Source source, Action<long, long> progress, CancellationToken ct)
    {
        var tables = await MovableTables.InOrder(source.Tx, ct);
        var total = 0L; // before the server's transaction begins: it is not kept waiting
        foreach (var table in tables)
            total += await source.Tx.Find<long>($"select count(*) from \"{table}\"", args: null, ct);

        await using var tx = await target.Begin(ct);
        if (await Unfit(tx, tables, ct) is { } unfit)
            return unfit;
        if (!(await Fill(source.Tx, tx, tables, done => progress(done, total), ct)).Succeeded(out var moved, out var problem))
            return problem;
        var now = time.GetUtcNow();
        var detail = string.Create(CultureInfo.InvariantCulture, $"from={source.Dialect.Name} to={Engine} rows={moved.Rows}");
        await journal.Write(tx, new Entry("database.moved", Actor.Operator, InstitutionId: "") { Detail = detail }, now, ct);
        await MovedMark.Set(source.Tx, MoveState.Moving, Engine, now, ct);
        await source.Tx.Commit(ct);
        return await Commit(source, tx, moved, now);
    }

    /// <returns>What stands against moving the tables into this database; null if nothing does.</returns>
    private static async Task<Problem?> Unfit(Tx tx, IReadOnlyList<string> tables, CancellationToken ct)
    {
        foreach (var table in tables)
        {
            if (await tx.Find<long>(tx.Dialect.CountTablesNamed, new { Name = table }, ct) == 0)
            {
                return Problem.Conflict(
                    "source_table_unknown",
                    $"The SQLite database has a table that is not the service's, {table}: drop it there, or bring the new database to the same version. "
                    + NothingMoved);
            }

            if (await tx.Find<long>($"select case when exists (select 1 from {table}) then 1 else 0 end", args: null, ct) > 0)
            {
                return Problem.Conflict(
                    "target_not_empty",
                    $"The database of the settings holds rows already (in {table}). Make an empty one, and give kenshin-otp migrate there and nothing else. "
                    + NothingMoved);
            }
        }

        return null;
    }

    private static async Task<Result<MovedDatabase>> Fill(Tx source, Tx tx, IReadOnlyList<string> tables, Action<long> progress, CancellationToken ct)
    {
        var done = 0L;
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            try
            {
                await using var reader = await source.Rows($"select * from {table}", ct);
                rows[table] = await tx.Fill(table, reader, count => progress(done + count), ct);
            }
            catch (DbException e) when (tx.Dialect.RowFaultOf(e) is { } fault)
            {
                return Problem.Refused("row_refused", $"A row of {table} does not go over ({fault}). {NothingMoved}");
            }
            catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
            {
                return Problem.Refused("row_refused", $"A row of {table} does not go over: a value is not of its column's type. {NothingMoved}");
            }

            done += rows[table];
            progress(done);
        }

        return new MovedDatabase(tx.Dialect.Name, done, rows);
    }

    private async Task<Result<MovedDatabase>> Commit(Source source, Tx tx, MovedDatabase moved, DateTimeOffset now)
    {
        try
        {
            await tx.Commit(CancellationToken.None);
        }
        catch (DbException e) when (tx.IsOutcomeOpen)
        {
            return Problem.Refused(
                "outcome_open",
                $"The connection to the server was lost during the commit ({e.Message}): whether it has everything now, only the server knows. "
                + "If kenshin-otp institution list, with these settings, lists your institutions, the move is done; else give the command again.");
        }
        catch (DbException e)
        {
            var left = await Mark(source, source.Before, now) ? "" : " The SQLite database still says that a move was under way: give the command again.";
            return Problem.Refused("server_refused", $"The server refused: {e.Message} {NothingMoved}{left}");
        }

        await Mark(source, MoveState.Moved, now); // where it fails, no program starts either, and is told how to find out
        return moved;
    }

    /// <returns>False if the mark stays as it is: the file can no longer be written.</returns>
    private async Task<bool> Mark(Source source, MoveState state, DateTimeOffset now)
    {
        try
        {
            await source.Tx.DisposeAsync(); // it has committed, and keeps everybody else out
            await using var tx = await new Database(source.Dialect).Begin(CancellationToken.None);
            await MovedMark.Set(tx, state, Engine, now, CancellationToken.None);
            return await tx.Commit(true, CancellationToken.None);
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <param name="Dialect">Of the SQLite database.</param>
    /// <param name="Tx">The transaction beside which nobody has it open.</param>
    /// <param name="Before">How far an earlier move came.</param>
    private sealed record Source(SqliteDialect Dialect, Tx Tx, MoveState Before);
}
