using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using KenshinOtp.Data;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KenshinOtp.Core.Tests.Data;

/// <summary>The few words in which the engines differ.</summary>
public sealed class DialectTests
{
    private static readonly Dictionary<string, string> Connections = new(StringComparer.Ordinal)
    {
        ["sqlite"] = $"Data Source={Path.Combine(Path.GetTempPath(), "kenshin-otp-never-made.db")}",
        ["postgresql"] = "Host=127.0.0.1;Database=kenshin;Username=kenshin",
        ["sqlserver"] = "Server=127.0.0.1;Database=kenshin;User ID=kenshin;Password=Secret-1",
    };

    [Theory]
    [InlineData("sqlite", " limit 5")]
    [InlineData("postgresql", " limit 5")]
    [InlineData("sqlserver", " offset 0 rows fetch next 5 rows only")]
    public void A_row_limit_is_the_end_of_an_ordered_select(string engine, string expected) => Dialect(engine).Limit(5).ShouldBe(expected);

    [Theory]
    [InlineData("sqlite", "select count(*) from sqlite_master where type = 'table' and name = @Name")]
    [InlineData("postgresql", "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @Name")]
    [InlineData("sqlserver", "select count(*) from sys.tables where schema_id = schema_id() and name = @Name")]
    public void Tables_are_counted_where_the_engine_lists_them(string engine, string expected) => Dialect(engine).CountTablesNamed.ShouldBe(expected);

    [Fact]
    public void Every_engine_bears_the_name_that_its_dialect_and_its_migrations_have()
    {
        foreach (var engine in Engines.All)
            Dialect(engine.Name).Name.ShouldBe(engine.Name);
    }

    [Theory]
    [InlineData("Database=kenshin;User ID=kenshin;Password=Secret-1", "names no server; for example ")]
    [InlineData("Server=db.example.jp;User ID=kenshin;Password=Secret-1", "names no database; for example ")]
    [InlineData("Server=db.example.jp;Database=kenshin;Encrypt=Secret-1", "cannot be read; for example ")]
    [InlineData("Secret-1", "cannot be read; for example ")]
    public void A_faulty_connection_string_for_SQL_Server_is_told_without_repeating_it(string connection, string fault)
    {
        var told = Engines.Find("sqlserver")!.FaultOf(connection)!;

        told.ShouldStartWith(fault);
        told.ShouldNotContain("Secret-1");
    }

    [Theory]
    [InlineData("postgresql", "Host=a;Database=kenshin;Port=99999", "names a port that is none")]
    [InlineData("postgresql", "Host=a;Database=kenshin;Minimum Pool Size=50;Maximum Pool Size=10", "cannot be read, or asks for what does not go together")]
    [InlineData("postgresql", "Host=a;Database=kenshin;Multiplexing=true;Password=Secret-1", "cannot be read, or asks for what does not go together")]
    [InlineData("sqlite", "Data Source=kenshin.db;Password=Secret-1", "names a password")]
    [InlineData("sqlite", "Data Source=:memory:", "names no file, but memory")]
    [InlineData("sqlite", "Data Source=kenshin;Mode=Memory;Cache=Shared", "names no file, but memory")]
    public void What_a_driver_would_refuse_later_is_told_at_the_start(string engine, string connection, string fault)
    {
        var told = Engines.Find(engine)!.FaultOf(connection).ShouldNotBeNull();

        told.ShouldStartWith(fault);
        told.ShouldNotContain("Secret-1");
    }

    [Fact]
    public void A_connection_string_for_SQL_Server_will_do() => Engines.Find("sqlserver")!.FaultOf(Connections["sqlserver"]).ShouldBeNull();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_PostgreSQL_that_takes_the_connection_and_says_nothing_is_a_database_that_is_away(bool lane)
    {
        using var silent = new TcpListener(IPAddress.Loopback, port: 0);
        silent.Start();
        using var dialect = new PostgresDialect($"{Connections["postgresql"]};Port={((IPEndPoint)silent.LocalEndpoint).Port};Timeout=1");

        var fault = await Should.ThrowAsync<DbException>(() => lane ? dialect.OpenLane(CancellationToken.None) : dialect.Open(CancellationToken.None));

        dialect.IsTransient(fault).ShouldBeTrue();
    }

    [Fact]
    public async Task A_SQLite_file_that_may_not_be_written_is_put_off_and_told_plainly()
    {
        using var dialect = new SqliteDialect(Connections["sqlite"]);
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using var command = new SqliteCommand("pragma query_only = on; create table t (a)", connection);

        var fault = await Should.ThrowAsync<SqliteException>(() => command.ExecuteNonQueryAsync());

        dialect.IsTransient(fault).ShouldBeTrue();
        dialect.RefusalOf(fault).ShouldBe("The user of this program may not write the database file or its directory");
    }

    [Theory]
    [InlineData("28P01", "refuses the log-in")]
    [InlineData("28000", "refuses the log-in")]
    [InlineData("3D000", "no database of that name")]
    [InlineData("42501", "may not do that")]
    [InlineData("53300", "no connection left")]
    [InlineData("57P03", "answers with a fault")]
    public void What_PostgreSQL_holds_against_us_is_told_as_what_it_is(string code, string words) =>
        Dialect("postgresql").RefusalOf(Postgres(code)).ShouldNotBeNull().ShouldContain(words);

    [Theory]
    [InlineData("28P01")]
    [InlineData("28000")]
    [InlineData("3D000")]
    [InlineData("57P03")]
    public void What_an_administrator_of_PostgreSQL_is_about_to_mend_may_pass_later(string code) => Dialect("postgresql").IsTransient(Postgres(code)).ShouldBeTrue();

    [Fact]
    public void Of_an_engine_that_does_not_answer_no_refusal_is_told()
    {
        Dialect("postgresql").RefusalOf(new NpgsqlException("Failed to connect")).ShouldBeNull();
        Dialect("sqlite").RefusalOf(new SqliteException("unable to open database file", 14)).ShouldBeNull();
    }

    [Fact]
    public void A_full_disk_passes_and_has_a_name_of_its_own()
    {
        foreach (var (engine, fault) in new (string, DbException)[] { ("sqlite", new SqliteException("database or disk is full", 13)), ("postgresql", Postgres("53100")) })
        {
            var races = new Races(Dialect(engine));
            races.MayPassLater(fault).ShouldBeTrue(engine);
            races.NameOf(fault).ShouldBe(Races.DiskFull);
        }

        new Races(Dialect("sqlite")).NameOf(new SqliteException("database is locked", 5)).ShouldBe("SqliteException 5");
        new Races(Dialect("postgresql")).NameOf(Postgres("25006")).ShouldBe("PostgresException 25006");
        new Races(Dialect("sqlite")).NameOf(new TimeoutException()).ShouldBe("TimeoutException");
    }

    private static PostgresException Postgres(string code) => new("the server's words", "FATAL", "FATAL", code);

    private static SqlDialect Dialect(string engine) => Engines.Find(engine)!.Create(Connections[engine]);
}
