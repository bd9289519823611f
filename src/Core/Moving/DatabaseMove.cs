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
    /// <param name="file">The SQLite database.</param>
    /// <param name="progress">Told from time to time: rows moved, rows to be moved.</param>
    /// <param name="ct">Ends the move; then nothing was moved.</param>
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
            await keys.Follow(source, ct);
            return await Move(dialect, source, progress, ct);
        }
        catch (SqliteException e) when (SqliteDialect.IsInUse(e))
        {
            return Problem.Conflict("source_in_use", $"{file} is in use. Stop the API, the worker and every command first: what they still wrote would be lost.");
        }
        catch (SqliteException e)
        {
            return Problem.Refused("source_unreadable", $"{file}: {dialect.RefusalOf(e) ?? e.Message}. Nothing was moved.");
        }
        catch (SchemaException e)
        {
            return Problem.Conflict("source_schema", $"{file}: {e.Message} (with the settings of that database).");
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

    private async Task<Result<MovedDatabase>> Move(SqliteDialect dialect, Tx source, Action<long, long> progress, CancellationToken ct)
    {
        var tables = await MovableTables.InOrder(source, ct);
        await using var tx = await target.Begin(ct);
        foreach (var table in tables)
        {
            if (await Count(tx, table, ct) > 0)
                return Problem.Conflict("target_not_empty", $"The database of the settings holds rows already (in {table}). Make an empty one, and give kenshin-otp migrate there and nothing else.");
        }

        if (!(await Fill(source, tx, tables, progress, ct)).Succeeded(out var moved, out var problem))
            return problem;
        var now = time.GetUtcNow();
        var detail = string.Create(CultureInfo.InvariantCulture, $"from={dialect.Name} to={moved.Engine} rows={moved.Rows}");
        await journal.Write(tx, new Entry("database.moved", Actor.Operator, InstitutionId: "") { Detail = detail }, now, ct);
        if (!await MovedMark.IsThere(source, ct)) // a move that a power cut ended here left it
            await MovedMark.Set(source, moved.Engine, now, ct);
        await source.Commit(moved, ct);
        try
        {
            return await tx.Commit(moved, CancellationToken.None);
        }
        catch when (!tx.IsOutcomeOpen)
        {
            await source.DisposeAsync();
            await TakeBackMark(dialect);
            throw;
        }
    }

    private static async Task<Result<MovedDatabase>> Fill(Tx source, Tx tx, IReadOnlyList<string> tables, Action<long, long> progress, CancellationToken ct)
    {
        var (total, done) = (0L, 0L);
        foreach (var table in tables)
            total += await Count(source, table, ct);
        var rows = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            try
            {
                await using var reader = await source.Rows($"select * from {table}", ct);
                rows[table] = await tx.Fill(table, reader, count => progress(done + count, total), ct);
            }
            catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException or InvalidOperationException || (e is DbException fault && !tx.Dialect.IsTransient(fault)))
            {
                return Problem.Refused("row_refused", $"A row of {table} does not go over: {e.Message} Nothing was moved.");
            }

            done += rows[table];
            progress(done, total);
        }

        return new MovedDatabase(tx.Dialect.Name, done, rows);
    }

    private static Task<long> Count(Session session, string table, CancellationToken ct) => session.Find<long>($"select count(*) from {table}", args: null, ct);

    private static async Task TakeBackMark(SqliteDialect dialect)
    {
        await using var tx = await new Database(dialect).Begin(CancellationToken.None);
        await MovedMark.TakeBack(tx, CancellationToken.None);
        await tx.Commit(true, CancellationToken.None);
    }
}
