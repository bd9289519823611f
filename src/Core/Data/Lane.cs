using System.Data.Common;

namespace KenshinOtp.Data;

/// <summary>
/// Changes one after the other over a connection that is kept as long as all goes well: what is prepared on it stays prepared. After a change that was not
/// committed, and after a long silence, the next one opens another.
/// </summary>
public sealed class Lane(Database database, TimeProvider time) : IAsyncDisposable
{
    // What stands between us and the server may forget a connection on which nothing is said, and tell nobody.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);

    private DbConnection? _idle;
    private long _lastUse;

    public Task<Tx> Begin(CancellationToken ct) => database.Begin(NoWitness.Instance, this, ct);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _idle, null) is { } connection)
            await connection.DisposeAsync();
    }

    internal async ValueTask<DbConnection> Take(CancellationToken ct)
    {
        if (time.GetElapsedTime(_lastUse) > LongestSilence)
            await DisposeAsync();
        return Interlocked.Exchange(ref _idle, null) ?? await database.Dialect.OpenLane(ct);
    }

    internal void Keep(DbConnection connection) => (_lastUse, _idle) = (time.GetTimestamp(), connection);
}
