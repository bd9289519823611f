namespace KenshinOtp.Data;

/// <summary>An engine that the product runs on.</summary>
/// <param name="Name">The value of <c>Database__Provider</c>.</param>
/// <param name="DefaultConnection">The connection string where none is configured; null if one must be.</param>
/// <param name="FaultOf">What is wrong with a connection string, in words that do not repeat it, for it may hold a password; null if it will do.</param>
/// <param name="Create">Its dialect, for a connection string.</param>
public sealed record Engine(string Name, string? DefaultConnection, Func<string, string?> FaultOf, Func<string, SqlDialect> Create);

/// <summary>Every engine once.</summary>
public static class Engines
{
    public static IReadOnlyList<Engine> All { get; } =
    [
        new("sqlite", "Data Source=data/kenshin-otp.db", SqliteDialect.FaultOf, connection => new SqliteDialect(connection)),
        new("postgresql", DefaultConnection: null, PostgresDialect.FaultOf, connection => new PostgresDialect(connection)),
        new("sqlserver", DefaultConnection: null, SqlServerDialect.FaultOf, connection => new SqlServerDialect(connection)),
    ];

    public static Engine? Find(string name) => All.FirstOrDefault(engine => engine.Name == name);
}
