namespace KenshinOtp.Data;

/// <summary>
/// The sign in a database that all it held was moved to another one. No program starts on it any more: of two databases each would accept a password once.
/// </summary>
internal static class MovedMark
{
    public const string Table = "moved_away";

    private const string Create = $"create table {Table} (engine varchar(20) not null, moved_at bigint not null)";
    private const string Insert = $"insert into {Table} (engine, moved_at) values (@Engine, @MovedAt)";
    private const string Drop = $"drop table {Table}";
    private const string SelectEngine = $"select engine from {Table}";
    private const string SelectTime = $"select moved_at from {Table}";

    public static async Task Set(Tx tx, string engine, DateTimeOffset now, CancellationToken ct)
    {
        await tx.Execute(Create, args: null, ct);
        await tx.Execute(Insert, new { Engine = engine, MovedAt = now.ToRow() }, ct);
    }

    public static Task TakeBack(Tx tx, CancellationToken ct) => tx.Execute(Drop, args: null, ct);

    public static async Task<bool> IsThere(Session session, CancellationToken ct) =>
        await session.Find<long>(session.Dialect.CountTablesNamed, new { Name = Table }, ct) > 0;

    /// <exception cref="SchemaException">The database was moved.</exception>
    public static async Task Refuse(Session session, CancellationToken ct)
    {
        if (!await IsThere(session, ct))
            return;
        var (engine, time) = (await session.Find<string>(SelectEngine, args: null, ct), Instants.FromRow(await session.Find<long>(SelectTime, args: null, ct)));
        throw new SchemaException(
            $"The database was moved to {engine} on {time:yyyy-MM-dd} at {time:HH:mm} UTC and is kept as it was then: Database__Provider and Database__ConnectionString must name the new one. "
            + $"How to go back to this one stands in docs/operations.md, \"From SQLite to a server\".");
    }
}
