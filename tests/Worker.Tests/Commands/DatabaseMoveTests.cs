using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using KenshinOtp.Support.Import;
using KenshinOtp.Support.Processes;
using Microsoft.Data.Sqlite;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>database move</c>: a centre that has outgrown one machine goes on elsewhere as if nothing had been.</summary>
public sealed class DatabaseMoveTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int Devices = 6000; // more than go over in one piece

    private Centre _centre = null!;
    private TestDatabase? _target;

    private string File => Path.Combine(_centre.Directory, "centre.db");

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
    }

    public async Task DisposeAsync()
    {
        await _centre.DisposeAsync();
        if (_target is not null)
            await _target.DisposeAsync();
    }

    [SkippableTheory]
    [InlineData(TestEngines.Postgresql)]
    [InlineData(TestEngines.SqlServer)]
    public async Task Tokens_staff_mails_answers_and_the_audit_trail_go_on_where_they_were(string engine)
    {
        var bank = await _centre.Bank();
        var (customer, phone) = await bank.CustomerWithToken();
        var used = await phone.Password();
        var answer = await customer.Verify(used, idempotencyKey: "k-1");
        var waiting = await bank.Customer("S2", "sato");
        (await bank.Put("contracts/S2", new { name = "𠮷野家具㍿", tokenMode = "individual", branch = "001" })).Message.EnsureSuccessStatusCode();
        (await waiting.Issue()).Code.ShouldBe(202);
        var devices = string.Concat(Enumerable.Range(0, Devices).Select(i => "\n" + new HardToken($"HT{i:D6}").Csv));
        (await bank.Import(new StringContent("serial,secretHex,algorithm,digits,period,expiresAt" + devices), "text/csv")).Message.EnsureSuccessStatusCode();
        var clerk = await Clerk.Hire(_centre, "9001", "honbu", StaffRole.HeadOffice);
        (await Programs.Run(_centre, ["keys", "rotate"])).ExitCode.ShouldBe(0);
        await _centre.RunJob("seal");
        var events = await bank.Get("events");
        var kept = await Rows();

        var moved = await Moved(engine);

        moved.GetProperty("engine").GetString().ShouldBe(engine);
        moved.GetProperty("tables").EnumerateObject().ToDictionary(table => table.Name, table => table.Value.GetInt64())
            .ShouldBe(kept.ToDictionary(table => table.Key, table => (long)table.Value.Count), ignoreOrder: true);
        await using (var connection = await _target!.Connect())
        {
            foreach (var (table, rows) in kept)
            {
                var arrived = await Rows(connection, $"select * from {table}" + (table == "audit_entry" ? " where action <> 'database.moved'" : ""));
                arrived.ShouldBe(rows, ignoreOrder: true, table);
            }
        }

        await using var there = await _centre.Again(_target!);
        (await customer.Verify(used, idempotencyKey: "k-1")).Text.ShouldBe(answer.Text);
        (await customer.Verify(used))["result"].ShouldBe("rejected");
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        var activated = there.Phone();
        var code = (await there.DeliveredMails())[^1].Link!.Segments[^1];
        (await activated.Activate(code, waiting.ServiceId, waiting.UserId, Customer.Pin)).Code.ShouldBe(200);
        (await waiting.Confirm(await activated.Password())).Code.ShouldBe(200);
        (await bank.Get("tokens?status=unbound")).Message.EnsureSuccessStatusCode();
        (await bank.Get("events")).Text.ShouldStartWith(events.Text[..events.Text.LastIndexOf(']')]);
        (await (await StaffScreen.At(there, clerk)).Read("/staff")).ShouldContain("第9001信用組合");
        var trail = new AuditTrail(there);
        (await trail.Verify()).Fault.ShouldBeNull();
        await trail.Seal();
        trail.Ask("select count(*) from audit_entry where action = 'database.moved'").ShouldBe("1");
    }

    [SkippableFact]
    public async Task Nothing_is_moved_while_a_program_has_the_database_open()
    {
        var (customer, phone) = await (await _centre.Bank()).CustomerWithToken();
        await Prepare();

        (await Move()).ShouldBeRefused("centre.db is in use. Stop the API, the worker and every command first");

        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        (await RowsThere()).ShouldBe(0);
        await _centre.Stop();
        (await Move()).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task No_program_starts_any_more_on_what_was_moved_and_it_is_not_moved_twice()
    {
        await _centre.Bank();
        await Prepare();
        await _centre.Stop();
        (await Move()).ExitCode.ShouldBe(0);

        foreach (var command in new[] { "run", "status", "migrate", "audit verify" })
            (await Programs.Run(_centre, command.Split(' '))).ShouldBeRefused("The database was moved (moved_to_postgresql) on ");
        await using (var api = Programs.Api(_centre, FreePort.Next()))
            (await api.WaitForExit(Patience)).ShouldBe(1, api.Output);
        (await Move()).ShouldBeRefused("centre.db was moved before. Nothing was moved.");
        (await Programs.Run(_centre, ["audit", "verify"], [.. _target!.Settings])).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_move_that_ended_between_the_mark_and_its_commit_is_given_again()
    {
        await _centre.Bank();
        await Prepare();
        await _centre.Stop();
        await Ask("insert into schema_version (number, name, checksum, applied_at) values (0, '0000_moving_to_postgresql', '', 0); select 0");
        (await Programs.Run(_centre, ["status"])).ShouldBeRefused("The database was about to be moved (moving_to_postgresql) on 1970-01-01 at 00:00 UTC");

        (await Move()).ExitCode.ShouldBe(0);

        (await RowsThere()).ShouldBe(1);
        (await Programs.Run(_centre, ["status"])).ShouldBeRefused("The database was moved (moved_to_postgresql) on ");
    }

    [SkippableFact]
    public async Task What_the_server_does_not_take_is_named_and_the_centre_goes_on_where_it_was()
    {
        var (customer, phone) = await (await _centre.Bank()).CustomerWithToken();
        await Prepare();
        await _centre.Stop();
        await Ask("update contract set name = 'x' || char(0); select 0");

        (await Move()).ShouldBeRefused("A row of contract does not go over (22021 line 1");

        (await RowsThere()).ShouldBe(0);
        (await Programs.Run(_centre, ["institution", "list"])).ExitCode.ShouldBe(0);
        await using var again = await _centre.Again(_centre.Database);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [SkippableFact]
    public async Task A_server_that_fails_at_the_commit_leaves_the_centre_where_it_was()
    {
        var (customer, phone) = await (await _centre.Bank()).CustomerWithToken();
        await Prepare();
        await _centre.Stop();
        await using (var connection = await _target!.Connect())
        await using (var command = connection.CreateCommand())
        {
            command.CommandText =
                """
                create function stop() returns trigger language plpgsql as 'begin raise exception ''the power went''; end';
                create constraint trigger stop after insert on institution deferrable initially deferred for each row execute function stop();
                """;
            await command.ExecuteNonQueryAsync();
        }

        (await Move()).ShouldBeRefused("the power went");

        (await RowsThere()).ShouldBe(0);
        (await Programs.Run(_centre, ["institution", "list"])).ExitCode.ShouldBe(0);
        await using var again = await _centre.Again(_centre.Database);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }

    [SkippableFact]
    public async Task What_stands_against_a_move_is_told_before_anything_happens()
    {
        await _centre.Bank();
        await Prepare();
        await _centre.Stop();
        var other = Path.Combine(_centre.Directory, "notes.txt");
        await System.IO.File.WriteAllTextAsync(other, new string('x', 5000));
        (await Programs.Run(_centre, ["institution", "list"])).ExitCode.ShouldBe(0); // names the key in the database
        var empty = Path.Combine(_centre.Directory, "empty.db");
        await System.IO.File.WriteAllTextAsync(empty, "");

        (await Programs.Run(_centre, ["database", "move", "--from", File])).ShouldBeRefused("Database__Provider must name the engine to move to");
        (await Move(other)).ShouldBeRefused("notes.txt cannot be read as a database of SQLite");
        (await Move(empty)).ShouldBeRefused("The database lacks");
        (await Move(Path.Combine(_centre.Directory, "nowhere.db"))).ExitCode.ShouldBe(2);
        (await Programs.Run(_centre, ["database", "move", "--from", File], [.. _target!.Settings, ("Keys:Directory", _centre.MailDirectory)])).ShouldBeRefused("master key '0001' is missing");
        await Ask("create table notes (a); select 0");
        (await Move()).ShouldBeRefused("a table that is not the service's, notes");
        await Ask("drop table notes; select 0");
        (await RowsThere()).ShouldBe(0);
        (await Move()).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_database_that_holds_a_row_is_not_moved_to()
    {
        await _centre.Bank();
        await Prepare();
        (await Programs.Run(_centre, ["institution", "list"], [.. _target!.Settings])).ExitCode.ShouldBe(0); // names the key in it
        await _centre.Stop();

        (await Move()).ShouldBeRefused("The database of the settings holds rows already (in key_check).");

        (await Programs.Run(_centre, ["institution", "list"])).ExitCode.ShouldBe(0);
    }

    private async Task Prepare(string engine = TestEngines.Postgresql)
    {
        Skip.If(TestEngines.Absence(engine) is not null, TestEngines.Absence(engine));
        _target = await TestDatabase.Create(engine, _centre.Directory);
        (await Programs.Run(_centre, ["migrate"], [.. _target.Settings])).ExitCode.ShouldBe(0);
    }

    private async Task<JsonElement> Moved(string engine)
    {
        await Prepare(engine);
        await _centre.Stop();
        var (exitCode, output) = await Programs.Run(_centre, ["database", "move", "--from", File, "--json"], [.. _target!.Settings]);
        exitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;
    }

    private Task<(int ExitCode, string Output)> Move(string? from = null) => Programs.Run(_centre, ["database", "move", "--from", from ?? File], [.. _target!.Settings]);

    private async Task<long> RowsThere()
    {
        await using var connection = await _target!.Connect();
        return Convert.ToInt64(await Scalar(connection, "select count(*) from institution"), CultureInfo.InvariantCulture);
    }

    /// <summary>Table → its rows, of what moves.</summary>
    private async Task<Dictionary<string, List<string>>> Rows()
    {
        await using var connection = await Open();
        var tables = await Rows(connection, "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name <> 'schema_version'");
        var rows = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var table in tables.Select(row => row["name=".Length..]))
            rows[table] = await Rows(connection, $"select * from {table}");
        rows.Count.ShouldBeGreaterThan(20);
        return rows;
    }

    private static async Task<List<string>> Rows(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var columns = Enumerable.Range(0, reader.FieldCount).OrderBy(reader.GetName, StringComparer.Ordinal);
            rows.Add(string.Join('\n', columns.Select(i => $"{reader.GetName(i)}={(reader.IsDBNull(i) ? "(null)" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))}")));
        }

        return rows;
    }

    private async Task<object?> Ask(string sql)
    {
        await using var connection = await Open();
        return await Scalar(connection, sql);
    }

    private async Task<DbConnection> Open()
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
