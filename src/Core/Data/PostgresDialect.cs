using System.Data.Common;
using Npgsql;

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

    public PostgresDialect(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ContainsKey("Max Auto Prepare"))
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
