using System.Data.Common;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>The database of the configured engine: sessions to read, transactions to change.</summary>
public sealed class Database(SqlDialect dialect)
{
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    public SqlDialect Dialect => dialect;

    public async Task<Session> Read(CancellationToken ct) => new(await dialect.Open(ct), dialect);

    public Task<Tx> Begin(CancellationToken ct) => Begin(NoWitness.Instance, ct);

    public Task<Tx> Begin(IWitness witness, CancellationToken ct) => Begin(witness, lane: null, ct);

    internal async Task<Tx> Begin(IWitness witness, Lane? lane, CancellationToken ct)
    {
        var turn = await dialect.EnterWrite(ct);
        DbConnection? connection = null;
        try
        {
            connection = lane is null ? await dialect.Open(ct) : await lane.Take(ct);
            return new Tx(connection, await connection.BeginTransactionAsync(ct), dialect, turn, witness, lane);
        }
        catch
        {
            if (connection is not null)
                await connection.DisposeAsync();
            turn.Dispose();
            throw;
        }
    }
}

/// <summary>The database as one caller sees it: changes begun here carry the caller's witness.</summary>
public sealed class Changes(Database database, IWitness witness)
{
    public Task<Session> Read(CancellationToken ct) => database.Read(ct);

    public Task<Tx> Begin(CancellationToken ct) => database.Begin(witness, ct);
}
