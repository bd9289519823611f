using KenshinOtp.Configuration;
using KenshinOtp.Data;
using Npgsql;

namespace KenshinOtp.Bench;

/// <summary>A directory and a database of one measurement, gone with it.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    private readonly string? _server;
    private readonly string _name = "bench_" + Ids.New(DateTimeOffset.UnixEpoch)[^12..];

    private Workplace(string engine, string? server)
    {
        _server = server;
        Directory = System.IO.Directory.CreateTempSubdirectory("kenshin-bench-").FullName;
        Engine = engine;
        ConnectionString = server is null ? $"Data Source={Path.Combine(Directory, "bench.db")}" : new NpgsqlConnectionStringBuilder(server) { Database = _name }.ToString();
    }

    public string Directory { get; }

    public string Engine { get; }

    public string ConnectionString { get; }

    public string DatabaseName => _name;

    /// <summary>As the environment of a program.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings =>
    [
        ("Database__Provider", Engine), ("Database__ConnectionString", ConnectionString), ("Keys__Directory", Path.Combine(Directory, "keys")),
        ("PublicUrl", "http://127.0.0.1"), ("Mail__Transport", "pickup"), ("Mail__PickupDirectory", Path.Combine(Directory, "mail")), ("Jobs__InProcess", "false"),
    ];

    /// <param name="engine">sqlite or postgresql.</param>
    /// <param name="server">A server whose user may create databases; for PostgreSQL.</param>
    public static async Task<Workplace> Create(string engine, string? server)
    {
        var place = new Workplace(engine, engine == "sqlite" ? null : server ?? throw new InvalidOperationException("--connection names the PostgreSQL server."));
        if (place._server is not null)
            await place.OnServer($"create database {place._name} template template0 encoding 'UTF8'");
        await using var services = place.Services();
        await services.GetRequiredService<Migrator>().Migrate(CancellationToken.None);
        return place;
    }

    /// <summary>The product's services on this database, in this process.</summary>
    /// <param name="more">Settings that count before those of the place.</param>
    public ServiceProvider Services(params (string Key, string Value)[] more)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(more.Concat(Settings).DistinctBy(s => s.Key, StringComparer.Ordinal).Select(s => KeyValuePair.Create(s.Key.Replace("__", ":", StringComparison.Ordinal), (string?)s.Value))).Build();
        return new ServiceCollection().AddLogging().AddKenshinOtp(KenshinOtp.Configuration.Settings.Read(configuration, lenient: true, development: false)).BuildServiceProvider();
    }

    public async Task Execute(string sql)
    {
        await using var services = Services();
        await using var connection = await services.GetRequiredService<SqlDialect>().Open(CancellationToken.None);
        await using var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 600);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await OnServer($"drop database {_name} with (force)");
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server) { Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
