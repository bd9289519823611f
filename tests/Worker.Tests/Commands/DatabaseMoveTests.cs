using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Databases;
using KenshinOtp.Support.Import;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>database move</c>: a centre that has outgrown one machine goes on elsewhere as if nothing had been.</summary>
public sealed class DatabaseMoveTests : DatabaseMoveTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const int Devices = 6000; // more than go over in one piece

    [SkippableTheory]
    [InlineData(TestEngines.Postgresql)]
    [InlineData(TestEngines.SqlServer)]
    public async Task Tokens_staff_mails_answers_and_the_audit_trail_go_on_where_they_were(string engine)
    {
        var bank = await Centre.Bank();
        var (customer, phone) = await bank.CustomerWithToken();
        var used = await phone.Password();
        var answer = await customer.Verify(used, idempotencyKey: "k-1");
        var waiting = await bank.Customer("S2", "sato");
        (await bank.Put("contracts/S2", new { name = "𠮷野家具㍿", tokenMode = "individual", branch = "001" })).Message.EnsureSuccessStatusCode();
        (await waiting.Issue()).Code.ShouldBe(202);
        var devices = string.Concat(Enumerable.Range(0, Devices).Select(i => "\n" + new HardToken($"HT{i:D6}").Csv));
        (await bank.Import(new StringContent("serial,secretHex,algorithm,digits,period,expiresAt" + devices), "text/csv")).Message.EnsureSuccessStatusCode();
        var clerk = await Clerk.Hire(Centre, "9001", "honbu", StaffRole.HeadOffice);
        (await Programs.Run(Centre, ["keys", "rotate"])).ExitCode.ShouldBe(0);
        await Centre.RunJob("seal");
        var events = await bank.Get("events");
        var kept = await Rows();

        var moved = await Moved(engine);

        moved.GetProperty("engine").GetString().ShouldBe(engine);
        moved.GetProperty("tables").EnumerateObject().ToDictionary(table => table.Name, table => table.Value.GetInt64())
            .ShouldBe(kept.ToDictionary(table => table.Key, table => (long)table.Value.Count), ignoreOrder: true);
        await using (var connection = await Target!.Connect())
        {
            foreach (var (table, rows) in kept)
            {
                var arrived = await Rows(connection, $"select * from {table}" + (table == "audit_entry" ? " where action <> 'database.moved'" : ""));
                arrived.ShouldBe(rows, ignoreOrder: true, table);
            }
        }

        await using var there = await Centre.Again(Target!);
        (await customer.Verify(used, idempotencyKey: "k-1")).Text.ShouldBe(answer.Text);
        (await customer.Verify(used))["result"].ShouldBe("rejected");
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
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
    public async Task No_program_starts_any_more_on_what_was_moved_and_it_is_not_moved_twice()
    {
        await Centre.Bank();
        await Prepare();
        await Centre.Stop();
        (await Move()).ExitCode.ShouldBe(0);

        foreach (var command in new[] { "run", "status", "migrate", "audit verify" })
            (await Programs.Run(Centre, command.Split(' '))).ShouldBeRefused("The database was moved (moved_to_postgresql) on ");
        await using (var api = Programs.Api(Centre, FreePort.Next()))
            (await api.WaitForExit(Patience)).ShouldBe(1, api.Output);
        (await Move()).ShouldBeRefused("centre.db was moved before. Nothing was moved.");
        (await Programs.Run(Centre, ["audit", "verify"], [.. Target!.Settings])).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_move_that_ended_between_the_mark_and_its_commit_is_given_again()
    {
        await Centre.Bank();
        await Prepare();
        await Centre.Stop();
        await Ask("insert into schema_version (number, name, checksum, applied_at) values (0, '0000_moving_to_postgresql', '', 0); select 0");
        (await Programs.Run(Centre, ["status"])).ShouldBeRefused("The database was about to be moved (moving_to_postgresql) on 1970-01-01 at 00:00 UTC");

        (await Move()).ExitCode.ShouldBe(0);

        (await RowsThere()).ShouldBe(1);
        (await Programs.Run(Centre, ["status"])).ShouldBeRefused("The database was moved (moved_to_postgresql) on ");
    }

    private async Task<JsonElement> Moved(string engine)
    {
        await Prepare(engine);
        await Centre.Stop();
        var (exitCode, output) = await Programs.Run(Centre, ["database", "move", "--from", File, "--json"], [.. Target!.Settings]);
        exitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;
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
}
