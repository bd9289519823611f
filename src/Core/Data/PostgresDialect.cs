using System.Data.Common;
using Dapper;
using Npgsql;

namespace KenshinOtp.Data;

/// <summary>PostgreSQL: any number of API and worker nodes on one database. Writers wait for each other's rows only.</summary>
public sealed class PostgresDialect : SqlDialect, IDisposable
{
    private const int PreparedStatements = 200;

    // Seconds. A statement is given up later than a wait for a row ends (see Prepare), and sooner than the caller of a service goes away: so that a caller is answered
    // where the server went without a word, as behind a firewall.
    private const int Patience = 15, PatienceOfLane = 5;

    // A commit that is reported is on the disk, whatever the server's default; one that waits for standbys besides stays as the database's administrators
    // set it. Nobody waits for ever for a row that a node which is gone still holds.
    private const string Prepare =
        """
        select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') in ('off', 'local');
        set lock_timeout = '10s';
        set idle_in_transaction_session_timeout = '60s';
        """;

    // The statements of a lane are planned once, not anew for every batch: what to do does not depend on how many rows come together. Many wait behind a
    // lane, so it waits for nobody long.
    private const string PrepareLane = Prepare + "set lock_timeout = '2s'; set plan_cache_mode = force_generic_plan;";

    private readonly NpgsqlDataSource _source, _lanes;
    private readonly PostgresArrays _arrays = new();

    public PostgresDialect(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!Says(connectionString, "Max Auto Prepare")) // a connection pool in between may not permit it
            settings.MaxAutoPrepare = PreparedStatements;
        var isPatienceSaid = Says(connectionString, "Command Timeout");
        if (!isPatienceSaid)
            settings.CommandTimeout = Patience;
        settings.ApplicationName ??= "KenshinOtp";
        settings.NoResetOnClose = true; // nothing of a session is ever changed but by Prepare, which is to stay
        _source = Source("kenshin-otp", settings, Prepare);
        if (!isPatienceSaid)
            settings.CommandTimeout = PatienceOfLane;
        settings.Pooling = false; // a lane keeps its connection, and what it gives up must not come back
        _lanes = Source("kenshin-otp lanes", settings, PrepareLane);
    }

    public override string Name => "postgresql";

    public override async Task<bool> IsReadOnly(DbConnection connection, CancellationToken ct) =>
        await connection.ExecuteScalarAsync<string>(new CommandDefinition("show transaction_read_only", cancellationToken: ct)) == "on";

    public override string CountTablesNamed =>
        "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @Name";

    public override Task<DbConnection> Open(CancellationToken ct) => Open(_source, ct);

    public override Task<DbConnection> OpenLane(CancellationToken ct) => Open(_lanes, ct);

    public override ValueTask<IDisposable> EnterWrite(CancellationToken ct) => ValueTask.FromResult<IDisposable>(NoTurn.Instance);

    public override string Limit(int rows) => $" limit {rows}";

    /// <remarks>Pipelined, and each statement once over arrays of what it is executed with: the server plans and starts it once for all of them.</remarks>
    public override async Task<(T?[] Found, int[] Affected)> RoundTrip<T>(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<Call> finds, IReadOnlyList<Call> updates, CancellationToken ct)
        where T : class
    {
        var (looks, changes) = (CallGroup.Of(finds), CallGroup.Of(updates));
        await using var batch = new NpgsqlBatch((NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        foreach (var group in looks)
            batch.BatchCommands.Add(_arrays.Find(group));
        foreach (var group in changes)
            batch.BatchCommands.Add(_arrays.Update(group));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var (found, affected) = (new T?[finds.Count], new int[updates.Count]);
        foreach (var group in looks)
        {
            var parse = reader.GetRowParser<T>(startIndex: 1);
            while (await reader.ReadAsync(ct))
                found[group.Places[(int)reader.GetInt64(0) - 1]] ??= parse(reader);
            await reader.NextResultAsync(ct);
        }

        foreach (var group in changes)
        {
            while (await reader.ReadAsync(ct))
                affected[group.Places[(int)reader.GetInt64(0) - 1]]++;
            await reader.NextResultAsync(ct);
        }

        return (found, affected);
    }

    public override async Task Commit(DbConnection connection, DbTransaction transaction, LastWords last, Action open)
    {
        await using var batch = LastBatch((NpgsqlConnection)connection, (NpgsqlTransaction)transaction, last);
        var warning = (PostgresNotice?)null;
        void Heed(object sender, NpgsqlNoticeEventArgs told) => warning = PostgresFaults.IsDoubt(told.Notice) ? told.Notice : warning;
        batch.Connection!.Notice += Heed;
        try
        {
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (PostgresException e) when (PostgresFaults.IsUnmet(e))
        {
            throw new LostRaceException(e.MessageText);
        }
        catch (Exception e) when (!PostgresFaults.IsUndone(e))
        {
            open();
            throw;
        }
        finally
        {
            batch.Connection.Notice -= Heed;
        }

        if (warning is not null)
        {
            open();
            throw new CommitInDoubtException(warning);
        }
    }

    public override Task<long> Fill(DbConnection connection, DbTransaction transaction, string table, DbDataReader rows, Action<long> told, CancellationToken ct) =>
        PostgresBulk.Fill((NpgsqlConnection)connection, table, rows, told, ct);

    public override bool IsUniqueViolation(DbException exception) => exception.SqlState == PostgresErrorCodes.UniqueViolation;

    public override bool IsDeadlock(DbException exception) => PostgresFaults.IsDeadlock(exception);

    public override bool IsTransient(DbException exception) => PostgresFaults.IsTransient(exception);

    public override bool IsRowHeld(DbException exception) => exception.SqlState == PostgresErrorCodes.LockNotAvailable;

    public override bool IsDiskFull(DbException exception) => exception.SqlState == PostgresErrorCodes.DiskFull;

    public override string? RowFaultOf(DbException exception) => PostgresFaults.RowFaultOf(exception);

    public override string? RefusalOf(DbException exception) => PostgresFaults.RefusalOf(exception);

    public void Dispose()
    {
        _source.Dispose();
        _lanes.Dispose();
    }

    /// <returns>What is wrong with a connection string, or null.</returns>
    internal static string? FaultOf(string connectionString)
    {
        const string example = "for example Host=db.example.jp;Database=kenshin;Username=kenshin;Password=…;SSL Mode=VerifyFull";
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString);
            if (settings.Port is < 1 or > 65535)
                return "names a port that is none: 1 to 65535";
            new PostgresDialect(connectionString).Dispose(); // the driver tells here what does not go together
            return string.IsNullOrEmpty(settings.Host) ? $"names no host; {example}"
                : string.IsNullOrEmpty(settings.Database) ? $"names no database; {example}"
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException or InvalidOperationException)
        {
            return $"cannot be read, or asks for what does not go together ({e.GetType().Name}); {example}";
        }
    }

    /// <summary>What comes last, and the commit, as one exchange.</summary>
    private NpgsqlBatch LastBatch(NpgsqlConnection connection, NpgsqlTransaction transaction, LastWords last)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        foreach (var group in CallGroup.Of(last.Finds))
            batch.BatchCommands.Add(_arrays.RequiredFind(group));
        foreach (var group in CallGroup.Of(last.Updates))
            batch.BatchCommands.Add(_arrays.RequiredUpdate(group));
        foreach (var rows in last.Inserts)
            batch.BatchCommands.Add(_arrays.Insert(rows));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        return batch;
    }

    private static bool Says(string connectionString, string setting)
    {
        var said = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return said.ContainsKey(setting) || said.ContainsKey(setting.Replace(" ", "", StringComparison.Ordinal));
    }

    private static async Task<DbConnection> Open(NpgsqlDataSource source, CancellationToken ct)
    {
        try
        {
            return await source.OpenConnectionAsync(ct);
        }
        catch (Exception e) when (e is TimeoutException or (NpgsqlException and not PostgresException))
        {
            throw new NoAnswerException(e);
        }
    }

    private static NpgsqlDataSource Source(string name, NpgsqlConnectionStringBuilder settings, string prepare)
    {
        var source = new NpgsqlDataSourceBuilder(settings.ToString()) { Name = name }; // or metrics would call it by its connection string
        source.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(prepare, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(prepare, connection);
                await command.ExecuteNonQueryAsync();
            });
        return source.Build();
    }
}
