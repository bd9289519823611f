using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace KenshinOtp.Data;

/// <summary>SQLite: the embedded default, one host. Readers never wait (write-ahead log); writers take turns.</summary>
public sealed class SqliteDialect : SqlDialect, IDisposable
{
    private const int Busy = 5, Locked = 6, Full = 13, Constraint = 19;
    private const int UniqueConstraint = 2067, PrimaryKeyConstraint = 1555;

    // Whoever asked has gone after longer; what needs the file to itself for longer is done with the services stopped.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(10);

    // synchronous=FULL: an answer leaves only after its commit is on the disk. Other processes are waited for by SQLite itself.
    private const string Prepare = "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full;";

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writers = new(1, 1);
    private readonly Release _release;

    public SqliteDialect(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, DefaultTimeout = (int)LongestTurn.TotalSeconds };
        if (Path.GetDirectoryName(Path.GetFullPath(builder.DataSource)) is { } directory)
            Directory.CreateDirectory(directory);
        _connectionString = builder.ToString();
        _release = new Release(_writers);
    }

    public override string Name => "sqlite";

    public override string CountTablesNamed => "select count(*) from sqlite_master where type = 'table' and name = @Name";

    public override async Task<DbConnection> Open(CancellationToken ct)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText = Prepare;
            await command.ExecuteNonQueryAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <remarks>Within one process a queue is fairer and far quicker than SQLite's own sleeping retries.</remarks>
    /// <exception cref="OverloadedException">No turn came within ten seconds.</exception>
    public override async ValueTask<IDisposable> EnterWrite(CancellationToken ct) =>
        await _writers.WaitAsync(LongestTurn, ct) ? _release : throw new OverloadedException();

    public override string Limit(int rows) => $" limit {rows}";

    public override bool IsUniqueViolation(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: Constraint, SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    public override bool IsTransient(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: Busy or Locked or Full };

    public override bool IsLostRace(DbException exception) => false; // writers take turns

    public void Dispose() => _writers.Dispose();

    /// <returns>What is wrong with a connection string, or null.</returns>
    internal static string? FaultOf(string connectionString)
    {
        const string example = "for example Data Source=/var/lib/kenshin-otp/kenshin.db";
        try
        {
            var settings = new SqliteConnectionStringBuilder(connectionString);
            return settings.DataSource.Length == 0 ? $"names no file; {example}"
                : settings.Password.Length > 0 ? $"names a password, but the file is not encrypted by it; {example}"
                : null;
        }
        catch (ArgumentException)
        {
            return $"cannot be read; {example}";
        }
    }

    private sealed class Release(SemaphoreSlim writers) : IDisposable
    {
        public void Dispose() => writers.Release();
    }
}
