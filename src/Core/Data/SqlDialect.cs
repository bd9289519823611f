using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>
/// What differs between the engines, and nothing more. Statements are one text for all of them: a portable subset, judged by rows affected.
/// </summary>
public abstract class SqlDialect
{
    private readonly ConditionalWeakTable<DbConnection, PreparedCommands> _prepared = [];

    /// <summary>The folder of <c>db/migrations</c> for this engine, and the value of <c>Database__Provider</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Makes the database if it is not there and the engine needs nobody else for it. Nothing but a migration may: where a path is wrong, an empty database would hide it.</summary>
    public virtual Task Create(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Opens a connection that commits durably and enforces foreign keys.</summary>
    public abstract Task<DbConnection> Open(CancellationToken ct);

    /// <summary>Opens a connection that will be kept for many changes of the same kind: see <see cref="Lane"/>.</summary>
    public virtual Task<DbConnection> OpenLane(CancellationToken ct) => Open(ct);

    /// <summary>Waits until this process may write; engines with row locks do not wait here.</summary>
    public abstract ValueTask<IDisposable> EnterWrite(CancellationToken ct);

    /// <summary>Whether the database of a connection can only be read: a standby, or a file that this user may not write.</summary>
    public abstract Task<bool> IsReadOnly(DbConnection connection, CancellationToken ct);

    /// <summary>Counts the tables named <c>@Name</c>.</summary>
    public abstract string CountTablesNamed { get; }

    /// <summary>The end of an ordered select that returns at most <paramref name="rows"/> rows.</summary>
    public abstract string Limit(int rows);

    /// <summary>Looks up rows, then makes changes; in one round trip to the server where the engine can.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="transaction">The change, if it is one.</param>
    /// <param name="finds">Selects of one row at most.</param>
    /// <param name="updates">Guarded updates of one row at most, <c>update t set … where …</c>; no two of the same row.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The row that each select found, or null; the number of rows that each update affected.</returns>
    public virtual async Task<(T?[] Found, int[] Affected)> RoundTrip<T>(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<Call> finds, IReadOnlyList<Call> updates, CancellationToken ct)
        where T : class
    {
        var commands = Prepared(connection);
        var (found, affected) = (new T?[finds.Count], new int[updates.Count]);
        for (var i = 0; i < found.Length; i++)
        {
            await using var reader = await commands.For(finds[i], transaction).ExecuteReaderAsync(ct);
            if (await reader.ReadAsync(ct))
                found[i] = reader.GetRowParser<T>()(reader);
        }

        for (var i = 0; i < affected.Length; i++)
            affected[i] = await commands.For(updates[i], transaction).ExecuteNonQueryAsync(ct);
        return (found, affected);
    }

    /// <summary>Does what comes last and commits; in one round trip to the server where the engine can.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="transaction">The change.</param>
    /// <param name="last">What comes last: selects, then updates, then inserts.</param>
    /// <param name="open">Told if this fails in such a way that nobody knows whether the change is there.</param>
    /// <exception cref="LostRaceException">A select found no row, or an update affected none. The change is not there.</exception>
    public virtual async Task Commit(DbConnection connection, DbTransaction transaction, LastWords last, Action open)
    {
        var (found, affected) = await RoundTrip<object>(connection, transaction, last.Finds, last.Updates, CancellationToken.None);
        if (found.Contains(null))
            throw new LostRaceException("A row that the change relies on is no longer what it was.");
        if (affected.Contains(0))
            throw new LostRaceException("A row that was to be changed is no longer what it was.");
        foreach (var rows in last.Inserts)
            await Insert(connection, transaction, rows);
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch
        {
            open();
            throw;
        }
    }

    /// <summary>Inserts rows one by one.</summary>
    protected virtual async Task Insert(DbConnection connection, DbTransaction transaction, Rows rows)
    {
        var commands = Prepared(connection);
        foreach (var row in rows.Values)
            await commands.For(new(rows.Insert, row), transaction).ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Puts rows into a table in bulk: see <see cref="Tx.Fill"/>.</summary>
    /// <exception cref="NotSupportedException">The engine is embedded: nothing is moved to it.</exception>
    public virtual Task<long> Fill(DbConnection connection, DbTransaction transaction, string table, DbDataReader rows, Action<long> told, CancellationToken ct) =>
        throw new NotSupportedException($"Nothing is moved to {Name}.");

    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>The engine undid the change in favour of another one, since each waited for the other or no order of the two was possible.</summary>
    public abstract bool IsDeadlock(DbException exception);

    /// <summary>The engine is away or overloaded: the same call may go through later.</summary>
    public abstract bool IsTransient(DbException exception);

    /// <summary>What the engine that answered holds against us, in words for operators: <c>The server refuses the log-in …</c>.</summary>
    /// <returns>Null where nobody answered, or nobody can tell.</returns>
    public virtual string? RefusalOf(DbException exception) => null;

    /// <summary>The engine has no room on its disk: what it did not write goes through once it has.</summary>
    public virtual bool IsDiskFull(DbException exception) => false;

    /// <summary>The engine's own number of a fault, by which its manual explains it; null where it has none.</summary>
    public virtual string? CodeOf(DbException exception) => exception.SqlState;

    /// <summary>A value is not what its column takes, or stands against another row: which column or rule, without the value; null for any other fault.</summary>
    public virtual string? RowFaultOf(DbException exception) => null;

    /// <summary>Somebody else held a row for longer than one waits here: what needs other rows may go through at once.</summary>
    public virtual bool IsRowHeld(DbException exception) => false;

    /// <summary>Whether a change was undone in favour of another, by us (<see cref="LostRaceException"/>) or by the engine (<see cref="IsDeadlock"/>): begun anew, it goes through.</summary>
    public bool IsLost(Exception e) => e is LostRaceException || (e is DbException fault && IsDeadlock(fault));

    /// <summary>As <see cref="IsLost"/>, or another change entered the same key first: begun anew, it meets what that one entered.</summary>
    public bool IsLostOrTaken(Exception e) => IsLost(e) || (e is DbException fault && IsUniqueViolation(fault));

    /// <summary>Whether nobody was there to make a change: the engine, or a turn to write. A row that somebody holds concerns who needs that row.</summary>
    public bool IsAway(Exception e) =>
        e is OverloadedException || (e is DbException fault && !IsDeadlock(fault) && !IsRowHeld(fault) && IsTransient(fault));

    private PreparedCommands Prepared(DbConnection connection) => _prepared.GetValue(connection, static c => new PreparedCommands(c));
}
