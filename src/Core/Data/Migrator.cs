using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Data;

/// <summary>
/// Numbered SQL files, forward only. What was applied is remembered with its checksum: a file that was changed afterwards stops the start.
/// </summary>
public sealed partial class Migrator(Database database, Races races, TimeProvider time, ILogger<Migrator> log)
{
    internal const string Table = "schema_version";

    internal const string Insert =
        $"insert into {Table} (number, name, checksum, applied_at) values (@Number, @Name, @Checksum, @AppliedAt)";

    private const string CreateTable =
        $"create table {Table} (number integer not null primary key, name varchar(200) not null, checksum varchar(64) not null, applied_at bigint not null)";

    private const string SelectApplied = $"select number, name, checksum, applied_at from {Table} order by number";

    private readonly Lazy<List<Migration>> _files = new(() => Files(database.Dialect), LazyThreadSafetyMode.PublicationOnly); // asked for by every look whether the service is ready

    private int _toldOfNewer;

    /// <summary>
    /// Applies what is missing, each migration in a transaction of its own, so that none holds longer than its own work takes what others wait for. Where one fails,
    /// nothing of it is there and those before it stay. A database that is yet to be made is made, where the engine can. Of processes that migrate at once, one does each.
    /// </summary>
    /// <returns>The names of the migrations that this call applied.</returns>
    /// <exception cref="SchemaException">A migration failed; or an applied one differs from its file, or the schema is newer than this program.</exception>
    public async Task<IReadOnlyList<string>> Migrate(CancellationToken ct)
    {
        await database.Dialect.Create(ct);
        await MakeTable(ct);
        var applied = new List<string>();
        while (await races.Run(_ => ApplyNext(applied, ct)))
        {
            // One after the other.
        }

        return applied;
    }

    private async Task MakeTable(CancellationToken ct)
    {
        try
        {
            await using var tx = await database.Begin(ct);
            if (await HasTable(tx, ct))
                return;
            await tx.Execute(CreateTable, args: null, ct);
            await tx.Commit(ct);
        }
        catch (DbException)
        {
            await using var session = await database.Read(ct);
            if (!await HasTable(session, ct))
                throw; // else another process made it at the same moment
        }
    }

    /// <summary>Applies the first that is missing, and adds it to those before it.</summary>
    /// <returns>False if none is.</returns>
    private async Task<bool> ApplyNext(List<string> before, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var applied = await Applied(tx, ct) ?? [];
        RefuseMoved(applied);
        var (pending, newer) = Compare(_files.Value, applied);
        if (newer is not null)
            throw Unknown(newer);
        if (pending.Count == 0)
            return false;

        var next = pending[0];
        if (!await Claim(tx, next, ct))
            return true;
        try
        {
            await tx.Migrate(next.Sql, ct);
        }
        catch (DbException e) when (!database.Dialect.IsLost(e))
        {
            var stays = before.Count == 0 ? "" : $" Applied before it, and there: {string.Join(", ", before)}.";
            throw new SchemaException($"Migration {next.Name} failed, and nothing of it is there: {e.Message.TrimEnd('.')}.{stays}", e);
        }

        await tx.Commit(ct);
        before.Add(next.Name);
        return true;
    }

    /// <summary>The row first: of processes that come to the same migration, the second one waits here for the first, and then finds that it is done.</summary>
    /// <returns>False if another process has done it.</returns>
    /// <exception cref="LostRaceException">Another process is at it for longer than one waits for a row.</exception>
    private async Task<bool> Claim(Tx tx, Migration next, CancellationToken ct)
    {
        try
        {
            await tx.Execute(Insert, new { next.Number, next.Name, next.Checksum, AppliedAt = time.GetUtcNow().ToRow() }, ct);
            return true;
        }
        catch (DbException e) when (database.Dialect.IsUniqueViolation(e))
        {
            return false;
        }
        catch (DbException e) when (database.Dialect.IsRowHeld(e))
        {
            throw new LostRaceException($"Another process is applying migration {next.Name}. Once it is done: kenshin-otp migrate");
        }
    }

    /// <summary>
    /// Refuses to go on with a schema that this program was not made for. A newer one will do, since migrations only add: while one node after the other is
    /// upgraded, the old version works on the schema of the new.
    /// </summary>
    /// <exception cref="SchemaException">Migrations are missing or changed, or unknown to this program and not newer; or the database was moved to another one.</exception>
    public async Task RequireCurrent(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var applied = await Applied(session, ct) ?? [];
        RefuseMoved(applied);
        RequireCurrent(session.Dialect, applied);
    }

    /// <summary>As <see cref="RequireCurrent(CancellationToken)"/>, of a database of any engine; one that was moved is judged by its schema alone.</summary>
    internal async Task RequireCurrent(Session session, CancellationToken ct) => RequireCurrent(session.Dialect, await Applied(session, ct) ?? []);

    private void RequireCurrent(SqlDialect dialect, IReadOnlyList<Row> applied)
    {
        var (pending, newer) = Compare(dialect == database.Dialect ? _files.Value : Files(dialect), applied);
        if (newer is not null && Interlocked.Exchange(ref _toldOfNewer, 1) == 0)
            LogNewer();
        if (pending.Count > 0)
            throw new SchemaException($"The database lacks {pending.Count} migration(s), the first is {pending[0].Name}. Run: kenshin-otp migrate");
    }

    private static async Task<IReadOnlyList<Row>?> Applied(Session session, CancellationToken ct) =>
        await HasTable(session, ct) ? await session.List<Row>(SelectApplied, args: null, ct) : null;

    private static async Task<bool> HasTable(Session session, CancellationToken ct) =>
        await session.Find<long>(session.Dialect.CountTablesNamed, new { Name = Table }, ct) > 0;

    /// <returns>The migrations that are missing, and one from the time after this program, if there is any.</returns>
    private static (List<Migration> Pending, Row? Newer) Compare(List<Migration> files, IReadOnlyList<Row> applied)
    {
        foreach (var row in applied.Where(row => row.Number <= files[^1].Number && !MovedMark.Is(row.Name)))
        {
            var file = files.Find(f => f.Number == row.Number) ?? throw Unknown(row);
            if (!string.Equals(file.Checksum, row.Checksum, StringComparison.Ordinal))
                throw new SchemaException($"Migration {row.Name} was changed after it had been applied.");
        }

        return (files.FindAll(f => applied.All(row => row.Number != f.Number)), applied.FirstOrDefault(row => row.Number > files[^1].Number));
    }

    private static void RefuseMoved(IReadOnlyList<Row> applied)
    {
        if (applied.FirstOrDefault(row => MovedMark.Is(row.Name)) is { } mark)
            throw new SchemaException(MovedMark.Words(mark.Name, Instants.FromRow(mark.AppliedAt)));
    }

    private static SchemaException Unknown(Row row) =>
        new($"The database has migration {row.Name}, which this program does not know: it is older than the schema.");

    private static List<Migration> Files(SqlDialect dialect)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "migrations", dialect.Name);
        return [.. Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal).Select(Migration.Load)];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database's schema is newer than this program, which goes on: an upgrade should be under way")]
    private partial void LogNewer();

    private sealed record Migration(int Number, string Name, string Sql, string Checksum)
    {
        public static Migration Load(string path)
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var sql = File.ReadAllText(path).ReplaceLineEndings("\n");
            var checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            return new(int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture), name, sql, checksum);
        }
    }

    private sealed class Row
    {
        public int Number { get; init; }
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
        public long AppliedAt { get; init; }
    }
}

/// <summary>The schema and the program do not fit together; the message says what to do.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
