using System.Data.Common;

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

    /// <summary>Counts the tables named <c>@Name</c>.</summary>
    public abstract string CountTablesNamed { get; }

    /// <summary>The end of an ordered select that returns at most <paramref name="rows"/> rows.</summary>
    public abstract string Limit(int rows);

    public abstract bool IsUniqueViolation(DbException exception);

    /// <summary>The change was undone in favour of another one that stood in its way: begun anew, it goes through.</summary>
    public abstract bool IsLostRace(DbException exception);

    /// <summary>The engine is away or overloaded: the same call may go through later.</summary>
    public abstract bool IsTransient(DbException exception);
}
