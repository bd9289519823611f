using System.Data.Common;
using Dapper;

namespace KenshinOtp.Data;

/// <summary>
/// One change, whole or not at all: what is written through it becomes durable with <see cref="Commit{T}"/> and vanishes without it.
/// What must happen together takes a <see cref="Tx"/> as its first argument, so that it does not compile without one.
/// </summary>
public sealed class Tx(DbConnection connection, DbTransaction transaction, SqlDialect dialect, IDisposable turn, IWitness witness, Lane? lane = null)
    : Session(connection, dialect)
{
    private readonly List<ICommitStep> _steps = [];
    private readonly List<Call> _lastFinds = [], _lastUpdates = [];
    private readonly OrderedDictionary<Statement, List<object>> _lastInserts = [];
    private bool _committed;

    /// <summary>Whether the commit failed in such a way that nobody knows whether the change is there.</summary>
    public bool IsOutcomeOpen { get; private set; }

    protected override DbTransaction Transaction => transaction;

    /// <returns>The number of rows affected: the judge of every guarded statement.</returns>
    public Task<int> Execute(string sql, object? args, CancellationToken ct) =>
        Ended(Connection.ExecuteAsync(Command(sql, args, ct)), ct);

    /// <summary>Statements of a migration: an index of a large table takes as long as it takes.</summary>
    public Task Migrate(string sql, CancellationToken ct) =>
        Ended(Connection.ExecuteAsync(new CommandDefinition(sql, parameters: null, transaction, commandTimeout: 0, cancellationToken: ct)), ct);

    /// <summary>Puts rows into a table in bulk, however many.</summary>
    /// <param name="table">A table of this database.</param>
    /// <param name="rows">The rows, by the names of the table's columns.</param>
    /// <param name="told">Told from time to time how many went in.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How many rows went in.</returns>
    public Task<long> Fill(string table, DbDataReader rows, Action<long> told, CancellationToken ct) =>
        Ended(Dialect.Fill(Connection, transaction, table, rows, told, ct), ct);

    /// <summary>Looks up rows, then makes changes, in one round trip to the server where the engine can.</summary>
    /// <param name="finds">Selects of one row at most.</param>
    /// <param name="updates">Guarded updates of one row at most, <c>update t set … where …</c>; no two of the same row.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The row that each select found, or null; the number of rows that each update affected.</returns>
    public Task<(T?[] Found, int[] Affected)> RoundTrip<T>(IReadOnlyList<Call> finds, IReadOnlyList<Call> updates, CancellationToken ct)
        where T : class => Ended(Dialect.RoundTrip<T>(Connection, transaction, finds, updates, ct), ct);

    /// <summary>Makes changes, in one round trip to the server where the engine can.</summary>
    /// <param name="updates">As for <see cref="RoundTrip{T}"/>.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The number of rows that each affected.</returns>
    public async Task<int[]> ExecuteEach(IReadOnlyList<Call> updates, CancellationToken ct) => (await RoundTrip<object>([], updates, ct)).Affected;

    /// <summary>Inserts rows that nothing of this transaction reads: they leave together with the commit.</summary>
    public void InsertLast<TRow>(Statement<TRow> insert, IReadOnlyList<TRow> rows)
        where TRow : class
    {
        if (!_lastInserts.TryGetValue(insert, out var known))
            _lastInserts.Add(insert, known = []);
        known.AddRange(rows);
    }

    /// <summary>Whether rows of this statement leave together with the commit.</summary>
    public bool Inserts(Statement insert) => _lastInserts.ContainsKey(insert);

    /// <summary>
    /// As <see cref="RoundTrip{T}"/>, but together with the commit: where a select then finds no row, or an update affects none, nothing of the transaction
    /// is there and the commit throws <see cref="LostRaceException"/>.
    /// </summary>
    public void RequireLast(IEnumerable<Call> finds, IEnumerable<Call> updates)
    {
        _lastFinds.AddRange(finds);
        _lastUpdates.AddRange(updates);
    }

    /// <summary>Has something take part in the commit. Every kind of step takes part once: asked for again, it is the same one.</summary>
    public TStep AtCommit<TStep>(Func<TStep> make)
        where TStep : class, ICommitStep
    {
        if (_steps.OfType<TStep>().FirstOrDefault() is { } known)
            return known;
        var step = make();
        _steps.Add(step);
        return step;
    }

    /// <summary>Makes the change durable, together with the caller's memory of <paramref name="outcome"/>, and returns the outcome.</summary>
    public async Task<T> Commit<T>(T outcome, CancellationToken ct)
        where T : notnull
    {
        await witness.BeforeCommit(this, outcome, ct);
        await Run(_steps.Count - 1, ct);
        return outcome;
    }

    /// <summary>As <see cref="Commit{T}"/>, for a change of the centre's own accord, of which no caller is told an outcome.</summary>
    public Task Commit(CancellationToken ct) =>
        witness is NoWitness ? Run(_steps.Count - 1, ct) : throw new InvalidOperationException("A change that a caller may ask for again has an outcome.");

    // The last look at whether the caller is still there comes before the commit is sent. From then on nothing ends it: a commit that is broken off may have
    // happened or not, and nobody would know.
    private async Task Run(int step, CancellationToken ct)
    {
        if (step >= 0)
        {
            await _steps[step].Commit(this, () => Run(step - 1, ct), ct);
            return;
        }

        ct.ThrowIfCancellationRequested();
        await Dialect.Commit(Connection, transaction, new(_lastFinds, _lastUpdates, [.. _lastInserts.Select(insert => new Rows(insert.Key, insert.Value))]), () => IsOutcomeOpen = true);
        _committed = true;
    }

    protected override async ValueTask Close()
    {
        var keeper = _committed ? lane : null;
        try
        {
            await transaction.DisposeAsync();
        }
        catch
        {
            keeper = null;
            throw;
        }
        finally
        {
            await Return(keeper);
        }
    }

    private async Task Return(Lane? keeper)
    {
        try
        {
            if (keeper is not null)
                keeper.Keep(Connection);
            else
                await base.Close();
        }
        finally
        {
            turn.Dispose();
        }
    }
}

/// <summary>
/// Something that must be written last, when the order of commits is settled, and that must know how the commit went. A transaction that is left without
/// <see cref="Tx.Commit{T}"/> never calls it.
/// </summary>
public interface ICommitStep
{
    /// <summary>Writes through <paramref name="tx"/>, then calls <paramref name="commit"/> exactly once.</summary>
    /// <param name="tx">The transaction; what the caller's witness has to say is already written.</param>
    /// <param name="commit">Makes it durable. An exception from it leaves open whether it did.</param>
    /// <param name="ct">Ends the wait, as long as the commit has not begun.</param>
    Task Commit(Tx tx, Func<Task> commit, CancellationToken ct);
}

/// <summary>Writes down, in the transaction of the change itself, what a repeated call must be answered.</summary>
public interface IWitness
{
    Task BeforeCommit(Tx tx, object outcome, CancellationToken ct);

    /// <summary>Finds a row once an equal call has been answered, which bars this one; null where calls are not remembered. Equal for equal calls.</summary>
    Call? Answered { get; }

    /// <summary>The transaction was undone and is begun anew: what was written in it is not there.</summary>
    void Undone();
}

/// <summary>For callers that never repeat a call: jobs and operator commands.</summary>
public sealed class NoWitness : IWitness
{
    public static NoWitness Instance { get; } = new();

    public Call? Answered => null;

    public Task BeforeCommit(Tx tx, object outcome, CancellationToken ct) => Task.CompletedTask;

    public void Undone()
    {
    }
}
