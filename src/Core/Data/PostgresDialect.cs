using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace KenshinOtp.Data;

/// <summary>PostgreSQL: any number of API and worker nodes on one database. Writers wait for each other's rows only.</summary>
public sealed class PostgresDialect : SqlDialect, IDisposable
{
    private const int PreparedStatements = 200;
    private const string IdleInTransaction = "25P03";

    // A commit that is reported is on the disk, whatever the server's default; one that waits for standbys besides stays as the database's administrators
    // set it. Nobody waits for ever for a row that a node which is gone still holds.
    private const string Prepare =
        """
        select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local');
        set lock_timeout = '10s';
        set idle_in_transaction_session_timeout = '60s';
        """;

    private readonly NpgsqlDataSource _source;
    private readonly ConcurrentDictionary<Statement, string> _numbered = new();
    private readonly ConcurrentDictionary<Statement, string> _arrays = new();

    public PostgresDialect(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!new DbConnectionStringBuilder { ConnectionString = connectionString }.ContainsKey("Max Auto Prepare")) // a connection pool in between may not permit it
            settings.MaxAutoPrepare = PreparedStatements;
        settings.ApplicationName ??= "KenshinOtp";
        settings.NoResetOnClose = true; // nothing of a session is ever changed but by Prepare, which is to stay
        var source = new NpgsqlDataSourceBuilder(settings.ToString());
        source.UsePhysicalConnectionInitializer(Initialize, InitializeAsync);
        _source = source.Build();
    }

    public override string Name => "postgresql";

    public override string CountTablesNamed =>
        "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @Name";

    public override async Task<DbConnection> Open(CancellationToken ct) => await _source.OpenConnectionAsync(ct);

    public override ValueTask<IDisposable> EnterWrite(CancellationToken ct) => ValueTask.FromResult<IDisposable>(NoTurn.Instance);

    public override string Limit(int rows) => $" limit {rows}";

    /// <remarks>Pipelined: all of them leave before the first is answered.</remarks>
    public override async Task<int[]> Execute(DbConnection connection, DbTransaction transaction, IReadOnlyList<Call> calls, CancellationToken ct)
    {
        await using var batch = Batch(connection, transaction, calls);
        await batch.ExecuteNonQueryAsync(ct);
        var affected = new int[calls.Count];
        for (var i = 0; i < affected.Length; i++)
            affected[i] = batch.BatchCommands[i].RecordsAffected;
        return affected;
    }

    public override async Task<T?[]> Find<T>(DbConnection connection, DbTransaction? transaction, IReadOnlyList<Call> calls, CancellationToken ct)
        where T : class
    {
        await using var batch = Batch(connection, transaction, calls);
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var found = new T?[calls.Count];
        var parsers = new Dictionary<Statement, Func<DbDataReader, T>>();
        for (var i = 0; i < found.Length; i++)
        {
            if (await reader.ReadAsync(ct))
            {
                if (!parsers.TryGetValue(calls[i].Statement, out var parse))
                    parsers[calls[i].Statement] = parse = reader.GetRowParser<T>();
                found[i] = parse(reader);
            }

            await reader.NextResultAsync(ct);
        }

        return found;
    }

    /// <remarks>One statement over arrays, a column each: the server plans and starts it once for all rows.</remarks>
    public override async Task Insert<TRow>(
        DbConnection connection, DbTransaction transaction, Statement<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(_arrays.GetOrAdd(insert, OverArrays), (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        for (var i = 0; i < insert.Parameters.Count; i++)
            command.Parameters.Add(Column(insert, i, rows));
        await command.ExecuteNonQueryAsync(ct);
    }

    public override bool IsUniqueViolation(DbException exception) => exception.SqlState == PostgresErrorCodes.UniqueViolation;

    public override bool IsLostRace(DbException exception) =>
        exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <remarks>Also a server that was made a standby while we were connected (25006), and one that ended us because we held a row too long (25P03).</remarks>
    public override bool IsTransient(DbException exception) =>
        exception.IsTransient || exception.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or IdleInTransaction or PostgresErrorCodes.QueryCanceled;

    public void Dispose() => _source.Dispose();

    /// <returns>What is wrong with a connection string, or null.</returns>
    internal static string? FaultOf(string connectionString)
    {
        const string example = "for example Host=db.example.jp;Database=kenshin;Username=kenshin;Password=…;SSL Mode=VerifyFull";
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(settings.Host) ? $"names no host; {example}"
                : string.IsNullOrEmpty(settings.Database) ? $"names no database; {example}"
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return $"cannot be read; {example}";
        }
    }

    private NpgsqlBatch Batch(DbConnection connection, DbTransaction? transaction, IReadOnlyList<Call> calls)
    {
        var batch = new NpgsqlBatch((NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        foreach (var (statement, row) in calls)
        {
            var command = new NpgsqlBatchCommand(_numbered.GetOrAdd(statement, static s => s.Spell(Number)));
            for (var i = 0; i < statement.Parameters.Count; i++)
                command.Parameters.Add(new NpgsqlParameter { DbType = statement.Parameters[i].Type, Value = statement.Value(row, i) ?? DBNull.Value });
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static string Number(int parameter) => $"${parameter + 1}";

    private static string OverArrays(Statement insert)
    {
        var text = insert.Spell(static parameter => $"r.p{parameter}");
        var values = text.IndexOf("values", StringComparison.Ordinal);
        var list = text[(text.IndexOf('(', values) + 1)..text.LastIndexOf(')')];
        var columns = insert.Parameters.Select((parameter, i) => $"{Number(i)}::{(parameter.Type == DbType.String ? "text" : "bigint")}[]");
        return $"{text[..values]} select {list} from unnest({string.Join(", ", columns)}) as r({string.Join(", ", insert.Parameters.Select((_, i) => $"p{i}"))})";
    }

    private static NpgsqlParameter Column<TRow>(Statement insert, int parameter, IReadOnlyList<TRow> rows)
        where TRow : class
    {
        var type = insert.Parameters[parameter].Type == DbType.String ? NpgsqlDbType.Text : NpgsqlDbType.Bigint;
        object values = type == NpgsqlDbType.Text
            ? rows.Select(row => (string?)insert.Value(row, parameter)).ToArray()
            : rows.Select(row => insert.Value(row, parameter) is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : (long?)null).ToArray();
        return new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type, Value = values };
    }

    private static void Initialize(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Prepare, connection);
        command.ExecuteNonQuery();
    }

    private static async Task InitializeAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Prepare, connection);
        await command.ExecuteNonQueryAsync();
    }
}
