using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.SqlClient;

namespace KenshinOtp.Data;

/// <summary>
/// SQL Server 2016 and later: many hosts on one database. Writers of one row wait for each other; readers do not wait for writers if the database has
/// <c>read_committed_snapshot</c>, which its administrator sets.
/// </summary>
public sealed class SqlServerDialect(string connectionString) : SqlDialect
{
    // Seconds: whose server goes without a word is answered before it gives up itself.
    private const int Patience = 15, PatienceOfLane = 5;
    private const int UniqueConstraint = 2627, UniqueIndex = 2601;
    private const int CommandTimeout = -2, Deadlock = 1205, LockTimeout = 1222;
    private const int CannotOpenDatabase = 4060, ServerPaused = 17142, ServerUpgrading = 18401; // while it starts, or another node takes over
    private const int DatabaseMoving = 976, ReplicaMoving = 983;                                // of an availability group
    private const int LoginFailed = 18456, PermissionDenied = 229, FileGroupFull = 1105, LogFull = 9002;
    private const int ForeignKey = 547, NullRefused = 515, Truncated = 8152, TruncatedNamed = 2628, OutOfRange = 8115;
    private const int BulkRows = 5000;
    private const byte OutOfResources = 17, ConnectionLost = 20;

    private readonly string _connectionString = Within(connectionString, Patience), _laneString = Within(connectionString, PatienceOfLane);

    private readonly ConditionalWeakTable<SqlConnection, SqlServerRuns> _runs = [];

    public override string Name => "sqlserver";

    public override async Task<bool> IsReadOnly(DbConnection connection, CancellationToken ct) =>
        await connection.ExecuteScalarAsync<string>(new CommandDefinition("select cast(databasepropertyex(db_name(), 'Updateability') as nvarchar(20))", cancellationToken: ct)) == "READ_ONLY";

    // Lower case throughout: in a database with a binary collation information_schema would have to be shouted.
    public override string CountTablesNamed => "select count(*) from sys.tables where schema_id = schema_id() and name = @Name";

    /// <remarks>
    /// Nothing is set here, for every open would pay a journey to the server: commits are durable unless the administrator delays them all, foreign keys are
    /// always enforced, and what a failed statement leaves undone is rolled back with its <see cref="Tx"/>.
    /// </remarks>
    public override Task<DbConnection> Open(CancellationToken ct) => Open(_connectionString, ct);

    /// <remarks>Many wait behind a lane, so it waits for nobody long. The pool takes the setting back.</remarks>
    public override async Task<DbConnection> OpenLane(CancellationToken ct)
    {
        var connection = await Open(_laneString, ct);
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "set lock_timeout 2000; set xact_abort on"; // what follows a statement that failed is not tried
            await command.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override ValueTask<IDisposable> EnterWrite(CancellationToken ct) => ValueTask.FromResult<IDisposable>(NoTurn.Instance);

    public override string Limit(int rows) => $" offset 0 rows fetch next {rows} rows only";

    /// <remarks>A journey for each run of a statement, not for each row: see <see cref="SqlServerRuns"/>.</remarks>
    public override async Task<(T?[] Found, int[] Affected)> RoundTrip<T>(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<Call> finds, IReadOnlyList<Call> updates, CancellationToken ct)
        where T : class
    {
        var (found, affected) = (new T?[finds.Count], new int[updates.Count]);
        foreach (var (places, command) in Runs(connection).Of(finds, then: "", transaction))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            foreach (var place in places)
            {
                if (await reader.ReadAsync(ct))
                    found[place] = reader.GetRowParser<T>()(reader);
                await reader.NextResultAsync(ct);
            }
        }

        foreach (var (places, command) in Runs(connection).Of(updates, then: " select @@rowcount;", transaction))
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            foreach (var place in places)
            {
                affected[place] = await reader.ReadAsync(ct) ? reader.GetInt32(0) : 0;
                await reader.NextResultAsync(ct);
            }
        }

        return (found, affected);
    }

    public override async Task<long> Fill(DbConnection connection, DbTransaction transaction, string table, DbDataReader rows, Action<long> told, CancellationToken ct)
    {
        using var bulk = new SqlBulkCopy((SqlConnection)connection, SqlBulkCopyOptions.CheckConstraints, (SqlTransaction)transaction)
        {
            DestinationTableName = table,
            EnableStreaming = true,
            BulkCopyTimeout = 0, // a large table takes as long as it takes
            BatchSize = BulkRows,
            NotifyAfter = BulkRows,
        };
        for (var i = 0; i < rows.FieldCount; i++)
            bulk.ColumnMappings.Add(rows.GetName(i), rows.GetName(i));
        bulk.SqlRowsCopied += (_, copied) => told(copied.RowsCopied);
        await bulk.WriteToServerAsync(rows, ct);
        return bulk.RowsCopied;
    }

    public override bool IsUniqueViolation(DbException exception) => exception is SqlException { Number: UniqueConstraint or UniqueIndex };

    public override bool IsDeadlock(DbException exception) => exception is SqlException { Number: Deadlock };

    /// <remarks>By severity where a whole class of failures is meant: the numbers of lost connections differ between operating systems.</remarks>
    public override bool IsTransient(DbException exception) =>
        exception is PoolExhaustedException or SqlException { Class: OutOfResources or >= ConnectionLost }
            or SqlException { Number: CommandTimeout or Deadlock or LockTimeout or LoginFailed or CannotOpenDatabase or ServerPaused or ServerUpgrading or DatabaseMoving or ReplicaMoving };

    public override bool IsRowHeld(DbException exception) => exception is SqlException { Number: LockTimeout };

    public override bool IsDiskFull(DbException exception) => exception is SqlException { Number: FileGroupFull or LogFull };

    public override string? RowFaultOf(DbException exception) => exception is SqlException { Number: var number and (UniqueConstraint or UniqueIndex or ForeignKey or NullRefused or Truncated or TruncatedNamed or OutOfRange) }
        ? string.Create(CultureInfo.InvariantCulture, $"error {number}")
        : null;

    public override string? RefusalOf(DbException exception) => exception is not SqlException { Class: < ConnectionLost, Number: not CommandTimeout } fault ? null : fault.Number switch
    {
        LoginFailed => "The server refuses the log-in: user or password",
        CannotOpenDatabase => "The server has no database of that name, or this user may not open it",
        PermissionDenied => "The user may not do that in the database",
        FileGroupFull or LogFull => "The disk of the server, or its log, is full",
        _ => "The server answers with a fault",
    };

    public override string? CodeOf(DbException exception) => exception is SqlException fault ? fault.Number.ToString(CultureInfo.InvariantCulture) : null;

    /// <returns>What is wrong with a connection string, or null.</returns>
    internal static string? FaultOf(string connectionString)
    {
        const string example = "for example Server=db.example.jp;Database=kenshin;User ID=kenshin;Password=…;Encrypt=True";
        try
        {
            var settings = new SqlConnectionStringBuilder(connectionString);
            return settings.DataSource.Length == 0 ? $"names no server; {example}"
                : settings.InitialCatalog.Length == 0 ? $"names no database; {example}"
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return $"cannot be read; {example}";
        }
    }

    protected override async Task Insert(DbConnection connection, DbTransaction transaction, Rows rows)
    {
        foreach (var (_, command) in Runs(connection).Of([.. rows.Values.Select(row => new Call(rows.Insert, row))], then: "", transaction))
            await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static async Task<DbConnection> Open(string connectionString, CancellationToken ct)
    {
        var connection = new SqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch (InvalidOperationException e)
        {
            await connection.DisposeAsync();
            throw new PoolExhaustedException(e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private SqlServerRuns Runs(DbConnection connection) => _runs.GetValue((SqlConnection)connection, static c => new SqlServerRuns(c));

    // Every statement is done before the next begins: a second one at once on a connection is a bug and must show as one.
    private static string Within(string connectionString, int seconds)
    {
        var settings = new SqlConnectionStringBuilder(connectionString) { MultipleActiveResultSets = false };
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = seconds;
        return settings.ToString();
    }

    // What the driver throws when every connection is in use for longer than an open may wait is not an exception of a database.
    private sealed class PoolExhaustedException(InvalidOperationException inner) : DbException("No connection to the database came free in time.", inner);
}
