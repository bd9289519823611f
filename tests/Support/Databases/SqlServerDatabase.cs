using System.Data.Common;
using System.Globalization;
using System.Text;
using KenshinOtp.Data;
using Microsoft.Data.SqlClient;

namespace KenshinOtp.Support.Databases;

/// <summary>A database of one test on a SQL Server.</summary>
internal sealed class SqlServerDatabase : TestDatabase
{
    // A server makes one database at a time: of two orders at once it refuses one.
    private static readonly SemaphoreSlim Making = new(1, 1);

    private readonly string _name;
    private readonly string _server;

    private SqlServerDatabase(string server, string name)
        : base(TestEngines.SqlServer, Connection(server, name)) => (_server, _name) = (server, name);

    public static async Task<TestDatabase> Create(string server)
    {
        var name = "test_" + Ids.New(DateTimeOffset.UnixEpoch)[^16..];
        await Run(server, $"create database {name}");
        return new SqlServerDatabase(server, name);
    }

    public override string RefuseInserts(string table) => $"alter table {table} with nocheck add constraint stop check (id = 'disk full')";

    public override string PermitInserts(string table) => $"alter table {table} drop constraint stop";

    public override async Task<string> Contents()
    {
        await using var connection = await Connect();
        var all = new StringBuilder();
        foreach (var table in await Rows(connection, "select name from sys.tables"))
            all.AppendJoin('\n', await Rows(connection, $"select * from {table}"));
        return all.ToString();
    }

    public override async Task<DbConnection> Connect()
    {
        var connection = new SqlConnection(new SqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    public override async ValueTask DisposeAsync()
    {
        SqlConnection.ClearAllPools(); // the product's own; what is in use elsewhere stays
        for (var left = 150; ; left--)
        {
            try
            {
                await Run(_server, $"drop database {_name}");
                return;
            }
            catch (SqlException) when (left > 0)
            {
                await Task.Delay(200); // a session that was just closed is still on its way out
            }
        }
    }

    // Word for word what the dialect opens: to the driver another text is another pool.
    private static string Connection(string server, string name) =>
        new SqlConnectionStringBuilder(server) { InitialCatalog = name, MaxPoolSize = 20, MultipleActiveResultSets = false }.ToString();

    private static async Task Run(string server, string sql)
    {
        await Making.WaitAsync();
        try
        {
            await using var connection = new SqlConnection(new SqlConnectionStringBuilder(server) { Pooling = false }.ToString());
            await connection.OpenAsync();
            await using var command = new SqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
        finally
        {
            Making.Release();
        }
    }

    private static async Task<List<string>> Rows(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
