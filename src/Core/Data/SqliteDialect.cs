using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace KenshinOtp.Data;

/// <summary>SQLite: the embedded default, one host. Readers never wait (write-ahead log); writers take turns.</summary>
public sealed class SqliteDialect : SqlDialect, IDisposable
{
    /// <summary>The names of all tables, and of those that the rows of the one named <c>@Name</c> point to.</summary>
    internal const string
        SelectTables = "select name from sqlite_master where type = 'table' and substr(name, 1, 7) <> 'sqlite_' order by name",
        SelectParents = """select distinct "table" from pragma_foreign_key_list(@Name) where "table" <> @Name""";

    private const int Busy = 5, Locked = 6, ReadOnly = 8, Corrupt = 11, Full = 13, CannotOpen = 14, Constraint = 19, NoDatabase = 26;
    private const int UniqueConstraint = 2067, PrimaryKeyConstraint = 1555;

    // A caller who waits longer for a turn to write has gone away by then. No change of the running services takes longer either: what needs the file to itself for
    // longer, as a move to a server does, is done while they are stopped; it waits the shortest time for whoever has it open all the same.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(10), ShortestTurn = TimeSpan.FromSeconds(2);

    // synchronous=FULL: an answer leaves only after its commit is on the disk. Other processes are waited for by SQLite itself.
    private const string Prepare = "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full;";

    private readonly string _connectionString, _creating, _path;
    private readonly SemaphoreSlim _writers = new(1, 1);
    private readonly Release _release;

    public SqliteDialect(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = true, DefaultTimeout = (int)LongestTurn.TotalSeconds };
        _path = Path.GetFullPath(builder.DataSource);
        _creating = new SqliteConnectionStringBuilder(builder.ToString()) { Pooling = false }.ToString();
        builder.Pooling = true; // a running program always has it open: see OpenAlone
        if (builder.Mode == SqliteOpenMode.ReadWriteCreate)
            builder.Mode = SqliteOpenMode.ReadWrite; // see Create
        _connectionString = builder.ToString();
        _release = new Release(_writers);
    }

    public override string Name => "sqlite";

    public override Task<bool> IsReadOnly(DbConnection connection, CancellationToken ct) =>
        Task.FromResult(SQLitePCL.raw.sqlite3_db_readonly(((SqliteConnection)connection).Handle, "main") == 1);

    public override string CountTablesNamed => "select count(*) from sqlite_master where type = 'table' and name = @Name";

    /// <exception cref="SqliteException">The folder or the file cannot be made.</exception>
    public override async Task Create(CancellationToken ct)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path) ?? _path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SqliteException(e.Message, CannotOpen);
        }

        await using var connection = new SqliteConnection(_creating);
        await connection.OpenAsync(ct);
    }

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
        catch (SqliteException e) when (e.SqliteErrorCode == CannotOpen && !File.Exists(_path))
        {
            await connection.DisposeAsync();
            throw new SqliteException($"The file {_path} does not exist. If the path is right, the centre is a new one. Run: kenshin-otp migrate", CannotOpen);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a connection beside which there is none, of any program, until it is closed: only so does SQLite give up its write-ahead log.</summary>
    /// <exception cref="SqliteException">Another connection is open: <see cref="IsInUse"/>; or the file is no database.</exception>
    public async Task<DbConnection> OpenAlone(CancellationToken ct)
    {
        var settings = new SqliteConnectionStringBuilder(_connectionString) { Pooling = false, DefaultTimeout = (int)ShortestTurn.TotalSeconds };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            await connection.OpenAsync(ct);
            await connection.ExecuteAsync(new CommandDefinition("pragma locking_mode = exclusive", cancellationToken: ct));
            return await connection.ExecuteScalarAsync<string>(new CommandDefinition("pragma journal_mode = delete", cancellationToken: ct)) == "delete"
                ? connection
                : throw new SqliteException("The write-ahead log is in use.", Busy);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public static bool IsInUse(DbException exception) => exception is SqliteException { SqliteErrorCode: Busy or Locked };

    /// <remarks>Within one process a queue is fairer and far quicker than SQLite's own sleeping retries.</remarks>
    /// <exception cref="OverloadedException">No turn came within ten seconds.</exception>
    public override async ValueTask<IDisposable> EnterWrite(CancellationToken ct) =>
        await _writers.WaitAsync(LongestTurn, ct) ? _release : throw new OverloadedException();

    public override string Limit(int rows) => $" limit {rows}";

    public override bool IsUniqueViolation(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: Constraint, SqliteExtendedErrorCode: UniqueConstraint or PrimaryKeyConstraint };

    public override bool IsTransient(DbException exception) =>
        exception is SqliteException { SqliteErrorCode: Busy or Locked or Full or CannotOpen or ReadOnly };

    public override bool IsDeadlock(DbException exception) => false; // writers take turns

    public override string? RefusalOf(DbException exception) => exception is not SqliteException fault ? null : fault.SqliteErrorCode switch
    {
        NoDatabase => "The file that Database__ConnectionString names is no database of SQLite, or its beginning is damaged",
        Corrupt => "The database file is damaged",
        ReadOnly => "The user of this program may not write the database file or its directory",
        Full => "The disk of the database is full",
        _ => null,
    };

    public override bool IsDiskFull(DbException exception) => exception is SqliteException { SqliteErrorCode: Full };

    public override string? CodeOf(DbException exception) => exception is SqliteException fault ? fault.SqliteErrorCode.ToString(CultureInfo.InvariantCulture) : null;

    public void Dispose()
    {
        using var any = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(any); // the last one that closes takes the write-ahead log into the file
        _writers.Dispose();
    }

    /// <returns>What is wrong with a connection string, or null.</returns>
    internal static string? FaultOf(string connectionString)
    {
        const string example = "for example Data Source=/var/lib/kenshin-otp/kenshin.db";
        try
        {
            var settings = new SqliteConnectionStringBuilder(connectionString);
            return settings.DataSource.Length == 0 ? $"names no file; {example}"
                : settings.Mode == SqliteOpenMode.Memory || settings.DataSource == ":memory:" ? $"names no file, but memory, of which every connection would have its own; {example}"
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
