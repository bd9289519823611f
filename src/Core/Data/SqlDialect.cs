using System.Data.Common;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>
/// What differs between the engines, and nothing more. Statements are one text for all of them: a portable subset, judged by rows affected.
/// </summary>
public abstract class SqlDialect
{
    /// <summary>The folder of <c>db/migrations</c> for this engine, and the value of <c>Database__Provider</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a connection that commits durably and enforces foreign keys.</summary>
    public abstract Task<DbConnection> Open(CancellationToken ct);

    /// <summary>Waits until this process may write; engines with row locks do not wait here.</summary>
    public abstract ValueTask<IDisposable> EnterWrite(CancellationToken ct);

    /// <summary>How many transactions of one process can usefully be written at the same time by those who gather many changes into each.</summary>
    public virtual int Lanes => 2;

    /// <summary>Counts the tables named <c>@Name</c>.</summary>
    public abstract string CountTablesNamed { get; }

    /// <summary>The end of an ordered select that returns at most <paramref name="rows"/> rows.</summary>
    public abstract string Limit(int rows);

    /// <summary>Executes statements one after the other; in one exchange with the server where the engine can.</summary>
    /// <returns>The number of rows that each affected.</returns>
    public virtual async Task<int[]> Execute(DbConnection connection, DbTransaction transaction, IReadOnlyList<Call> calls, CancellationToken ct)
    {
        using var commands = new PreparedCommands(connection, transaction);
        var affected = new int[calls.Count];
        for (var i = 0; i < calls.Count; i++)
            affected[i] = await commands.For(calls[i]).ExecuteNonQueryAsync(ct);
        return affected;
    }

    /// <summary>The one row of each of many selects, or null; in one exchange with the server where the engine can.</summary>
    public virtual async Task<T?[]> Find<T>(DbConnection connection, DbTransaction? transaction, IReadOnlyList<Call> calls, CancellationToken ct)
        where T : class
    {
        using var commands = new PreparedCommands(connection, transaction);
        var found = new T?[calls.Count];
        for (var i = 0; i < calls.Count; i++)
        {
            await using var reader = await commands.For(calls[i]).ExecuteReaderAsync(ct);
            if (await reader.ReadAsync(ct))
                found[i] = reader.GetRowParser<T>()(reader);
        }

        return found;
    }

    /// <summary>Inserts rows.</summary>
    /// <param name="connection">Where to.</param>
    /// <param name="transaction">The change.</param>
    /// <param name="insert">One row's insert, in the form <c>insert into t (a, b) values (@A, @B)</c>.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="ct">Ends the wait.</param>
    public virtual Task Insert<TRow>(DbConnection connection, DbTransaction transaction, Statement<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct)
        where TRow : class => Execute(connection, transaction, [.. rows.Select(insert.With)], ct);

    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>The change was undone in favour of another one that stood in its way: begun anew, it goes through.</summary>
    public abstract bool IsLostRace(DbException exception);

    /// <summary>The engine is away or overloaded: the same call may go through later.</summary>
    public abstract bool IsTransient(DbException exception);
}
