using System.Data.Common;
using System.Text;
using KenshinOtp.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KenshinOtp.Support.Databases;

/// <summary>A database of one test on one engine, empty at first, gone with it.</summary>
public abstract class TestDatabase(string engine, string connectionString) : IAsyncDisposable
{
    public string Engine => engine;

    public string ConnectionString => connectionString;

    /// <summary>The settings by which a program uses it.</summary>
    public IEnumerable<(string Key, string Value)> Settings => [("Database:Provider", engine), ("Database:ConnectionString", connectionString)];

    /// <param name="engine">Which engine, by the value of <c>Database__Provider</c>.</param>
    /// <param name="directory">Where a database that is a file lies.</param>
    public static async Task<TestDatabase> Create(string engine, string directory) => engine switch
    {
        TestEngines.Sqlite => new SqliteFile(Path.Combine(directory, "centre.db")),
        TestEngines.Postgresql => await PostgresDatabase.Create(TestEngines.ServerOf(engine)!),
        TestEngines.SqlServer => await SqlServerDatabase.Create(TestEngines.ServerOf(engine)!),
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, "No test database of this engine."),
    };

    /// <summary>A connection behind the service's back.</summary>
    public abstract Task<DbConnection> Connect();

    /// <summary>The statement after which every insert into a table fails, for no reason that the product knows.</summary>
    public abstract string RefuseInserts(string table);

    /// <summary>The statement that ends it.</summary>
    public abstract string PermitInserts(string table);

    /// <summary>All that it holds, as whoever steals the disk reads it.</summary>
    public abstract Task<string> Contents();

    public abstract ValueTask DisposeAsync();

    private sealed class SqliteFile : TestDatabase
    {
        private readonly string _path;

        public SqliteFile(string path)
            : base(TestEngines.Sqlite, $"Data Source={path}")
        {
            _path = path;
            File.Create(path).Dispose();
        }

        public override string RefuseInserts(string table) => $"create trigger stop before insert on {table} begin select raise(abort, 'disk full'); end";

        public override string PermitInserts(string table) => "drop trigger stop";

        /// <summary>The file and its write-ahead log.</summary>
        public override async Task<string> Contents()
        {
            using var all = new MemoryStream();
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_path)!, Path.GetFileName(_path) + "*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                await stream.CopyToAsync(all);
            }

            return Encoding.Latin1.GetString(all.ToArray());
        }

        public override ValueTask DisposeAsync()
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
            return ValueTask.CompletedTask; // the file goes with its directory
        }

        public override async Task<DbConnection> Connect()
        {
            var connection = new SqliteConnection(ConnectionString);
            await connection.OpenAsync();
            return connection;
        }
    }

    private sealed class PostgresDatabase : TestDatabase
    {
        private readonly string _name;
        private readonly string _server;

        private PostgresDatabase(string server, string name)
            : base(TestEngines.Postgresql, new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ToString()) => (_server, _name) = (server, name);

        public static async Task<TestDatabase> Create(string server)
        {
            var name = "test_" + Ids.New(DateTimeOffset.UnixEpoch)[^16..];
            await Run(server, $"create database {name} template template0 encoding 'UTF8'");
            return new PostgresDatabase(server, name);
        }

        public override string RefuseInserts(string table) => $"alter table {table} add constraint stop check (id = 'disk full') not valid";

        public override string PermitInserts(string table) => $"alter table {table} drop constraint stop";

        public override async Task<string> Contents()
        {
            await using var connection = await Connect();
            var tables = await Texts(connection, "select table_name from information_schema.tables where table_schema = 'public'");
            var all = new StringBuilder();
            foreach (var table in tables)
                all.AppendJoin('\n', await Texts(connection, $"select t::text from {table} t"));
            return all.ToString();
        }

        public override async ValueTask DisposeAsync() => await Run(_server, $"drop database {_name} with (force)");

        public override async Task<DbConnection> Connect()
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString());
            await connection.OpenAsync();
            return connection;
        }

        private static async Task Run(string server, string sql)
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server) { Pooling = false }.ToString());
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }

        private static async Task<List<string>> Texts(DbConnection connection, string sql)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            var texts = new List<string>();
            while (await reader.ReadAsync())
                texts.Add(reader.GetString(0));
            return texts;
        }
    }
}
