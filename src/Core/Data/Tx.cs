using System.Data.Common;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>
/// One change, whole or not at all: what is written through it becomes durable with <see cref="Commit{T}"/> and vanishes without it.
/// What must happen together takes a <see cref="Tx"/> as its first argument, so that it does not compile without one.
/// </summary>
public sealed class Tx(DbConnection connection, DbTransaction transaction, SqlDialect dialect, IDisposable turn, IWitness witness)
    : Session(connection, dialect)
{
    protected override DbTransaction Transaction => transaction;

    /// <returns>The number of rows affected: the judge of every guarded statement.</returns>
    public Task<int> Execute(string sql, object? args, CancellationToken ct) => Connection.ExecuteAsync(Command(sql, args, ct));

    /// <summary>Makes the change durable, together with the caller's memory of <paramref name="outcome"/>, and returns the outcome.</summary>
    public async Task<T> Commit<T>(T outcome, CancellationToken ct)
        where T : notnull
    {
        await witness.BeforeCommit(this, outcome, ct);
        await transaction.CommitAsync(ct);
        return outcome;
    }

    protected override async ValueTask Close()
    {
        try
        {
            await transaction.DisposeAsync();
            await base.Close();
        }
        finally
        {
            turn.Dispose();
        }
    }
}

/// <summary>Writes down, in the transaction of the change itself, what a repeated call must be answered.</summary>
public interface IWitness
{
    Task BeforeCommit(Tx tx, object outcome, CancellationToken ct);
}

/// <summary>For callers that never repeat a call: jobs and operator commands.</summary>
public sealed class NoWitness : IWitness
{
    public static NoWitness Instance { get; } = new();

    public Task BeforeCommit(Tx tx, object outcome, CancellationToken ct) => Task.CompletedTask;
}
