namespace KenshinOtp.Support.Databases;

/// <summary>
/// The engines that tests run on. SQLite is always there; <c>test.sh</c> starts a PostgreSQL and names it in <c>KENSHIN_TEST_POSTGRESQL</c>; whoever has a
/// SQL Server names it in <c>KENSHIN_TEST_SQLSERVER</c>. Both name the server by a connection string whose user may create databases.
/// </summary>
public static class TestEngines
{
    public const string Sqlite = "sqlite";
    public const string Postgresql = "postgresql";
    public const string SqlServer = "sqlserver";

    /// <summary>The engine of tests that run on one only: <c>KENSHIN_TEST_ENGINE</c>, else SQLite.</summary>
    public static string Chosen { get; } = Environment.GetEnvironmentVariable("KENSHIN_TEST_ENGINE") is { Length: > 0 } name ? name : Sqlite;

    public static IReadOnlyList<string> All { get; } = [Sqlite, Postgresql, SqlServer];

    /// <summary>The server of an engine, or null if none was named.</summary>
    public static string? ServerOf(string engine) => Environment.GetEnvironmentVariable(Variable(engine)) is { Length: > 0 } server ? server : null;

    /// <summary>Why tests cannot run on an engine here, or null if they can.</summary>
    public static string? Absence(string engine) => engine == Sqlite || ServerOf(engine) is not null ? null : $"{Variable(engine)} names no server.";

    private static string Variable(string engine) => "KENSHIN_TEST_" + engine.ToUpperInvariant();
}
