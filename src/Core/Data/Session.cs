using System.Data.Common;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>An open connection for reading. Stores take it for their queries; whoever opened it disposes it.</summary>
public class Session(DbConnection connection, SqlDialect dialect) : IAsyncDisposable
{
    private bool _closed;

    public SqlDialect Dialect => dialect;

    protected DbConnection Connection => connection;

    protected virtual DbTransaction? Transaction => null;

    /// <summary>Whether nothing can be written here: a standby, or a file that this user may not write.</summary>
    public Task<bool> IsReadOnly(CancellationToken ct) => Ended(dialect.IsReadOnly(connection, ct), ct);

    /// <summary>The one row, or null; two rows are a bug.</summary>
    public Task<T?> Find<T>(string sql, object? args, CancellationToken ct) =>
        Ended(connection.QuerySingleOrDefaultAsync<T?>(Command(sql, args, ct)), ct);

    /// <summary>As <see cref="Find{T}"/>, for what reads a whole table: it takes as long as it takes, or until <paramref name="ct"/> ends it.</summary>
    public Task<T?> Scan<T>(string sql, object? args, CancellationToken ct) =>
        Ended(connection.QuerySingleOrDefaultAsync<T?>(Patient(sql, args, ct)), ct);

    public async Task<IReadOnlyList<T>> List<T>(string sql, object? args, CancellationToken ct) =>
        (await Ended(connection.QueryAsync<T>(Command(sql, args, ct)), ct)).AsList();

    /// <summary>As <see cref="List{T}"/>, for a page that a whole table may have to be read for: it takes as long as <see cref="Scan{T}"/>.</summary>
    public async Task<IReadOnlyList<T>> ScanList<T>(string sql, object? args, CancellationToken ct) =>
        (await Ended(connection.QueryAsync<T>(Patient(sql, args, ct)), ct)).AsList();

    /// <summary>The rows one after the other, for what memory cannot hold; whoever asked disposes the reader.</summary>
    public Task<DbDataReader> Rows(string sql, CancellationToken ct) => Ended(connection.ExecuteReaderAsync(Command(sql, args: null, ct)), ct);

    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        await Close();
        GC.SuppressFinalize(this);
    }

    protected virtual async ValueTask Close() => await connection.DisposeAsync();

    protected static async Task<T> Ended<T>(Task<T> statement, CancellationToken ct)
    {
        await Ended((Task)statement, ct);
        return await statement;
    }

    /// <summary>Has a statement that the caller ended say so, where a driver calls that a failure of the database.</summary>
    protected static async Task Ended(Task statement, CancellationToken ct)
    {
        try
        {
            await statement;
        }
        catch (DbException e) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException("The caller waits no longer.", e, ct);
        }
    }

    protected CommandDefinition Command(string sql, object? args, CancellationToken ct) =>
        new(sql, args, Transaction, cancellationToken: ct);

    private CommandDefinition Patient(string sql, object? args, CancellationToken ct) =>
        new(sql, args, Transaction, commandTimeout: 0, cancellationToken: ct);
}
