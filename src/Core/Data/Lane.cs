using System.Data.Common;

namespace KenshinOtp.Data;

/// <summary>
/// Changes one after the other over a connection that is kept as long as all goes well: what is prepared on it stays prepared. After a change that was not
/// committed the next one opens another.
/// </summary>
public sealed class Lane(Database database) : IAsyncDisposable
{
    private DbConnection? _idle;

    public Task<Tx> Begin(CancellationToken ct) => database.Begin(NoWitness.Instance, this, ct);

    public async ValueTask DisposeAsync()
    {
        if (Take() is { } connection)
            await connection.DisposeAsync();
    }

    internal DbConnection? Take() => Interlocked.Exchange(ref _idle, null);

    internal void Keep(DbConnection connection) => _idle = connection;
}
