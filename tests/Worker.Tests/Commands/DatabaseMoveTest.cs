using System.Data.Common;
using System.Globalization;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using Microsoft.Data.Sqlite;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>A centre on SQLite, and a server's empty database for it to move to.</summary>
public abstract class DatabaseMoveTest : IAsyncLifetime
{
    protected Centre Centre { get; private set; } = null!;

    protected TestDatabase? Target { get; private set; }

    protected string File => Path.Combine(Centre.Directory, "centre.db");

    public async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        Centre.Clock.Set(TimeProvider.System.GetUtcNow());
    }

    public async Task DisposeAsync()
    {
        await Centre.DisposeAsync();
        if (Target is not null)
            await Target.DisposeAsync();
    }

    protected async Task Prepare(string engine = TestEngines.Postgresql)
    {
        Skip.If(TestEngines.Absence(engine) is not null, TestEngines.Absence(engine));
        Target = await TestDatabase.Create(engine, Centre.Directory);
        (await Programs.Run(Centre, ["migrate"], [.. Target.Settings])).ExitCode.ShouldBe(0);
    }

    protected Task<(int ExitCode, string Output)> Move(string? from = null) => Programs.Run(Centre, ["database", "move", "--from", from ?? File], [.. Target!.Settings]);

    protected async Task<long> RowsThere()
    {
        await using var connection = await Target!.Connect();
        return Convert.ToInt64(await Scalar(connection, "select count(*) from institution"), CultureInfo.InvariantCulture);
    }

    protected async Task<object?> Ask(string sql)
    {
        await using var connection = await Open();
        return await Scalar(connection, sql);
    }

    protected async Task<DbConnection> Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<object?> Scalar(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }
}
