using System.Data.Common;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>An open connection for reading. Stores take it for their queries; whoever opened it disposes it.</summary>
public class Session(DbConnection connection, SqlDialect dialect) : IAsyncDisposable
{
    public SqlDialect Dialect => dialect;

    protected DbConnection Connection => connection;

    protected virtual DbTransaction? Transaction => null;

    /// <summary>The one row, or null; two rows are a bug.</summary>
    public Task<T?> Find<T>(string sql, object? args, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<T?>(Command(sql, args, ct));

    public async Task<IReadOnlyList<T>> List<T>(string sql, object? args, CancellationToken ct) =>
        (await connection.QueryAsync<T>(Command(sql, args, ct))).AsList();

    /// <summary>The one row of each of many selects, or null.</summary>
    public Task<T?[]> FindEach<T>(IReadOnlyList<Call> calls, CancellationToken ct)
        where T : class => dialect.Find<T>(connection, Transaction, calls, ct);

    public async ValueTask DisposeAsync()
    {
        await Close();
        GC.SuppressFinalize(this);
    }

    protected virtual async ValueTask Close() => await connection.DisposeAsync();

    protected CommandDefinition Command(string sql, object? args, CancellationToken ct) =>
        new(sql, args, Transaction, cancellationToken: ct);
}
