using KenshinOtp.Support;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>What stands against <c>database move</c>, and that the centre then goes on where it was.</summary>
public sealed class DatabaseMoveRefusalTests : DatabaseMoveTest
{
    [SkippableFact]
    public async Task Nothing_is_moved_while_a_program_has_the_database_open()
    {
        var (customer, phone) = await (await Centre.Bank()).CustomerWithToken();
        await Prepare();

        (await Move()).ShouldBeRefused("centre.db is in use. Stop the API, the worker and every command first");

        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        (await RowsThere()).ShouldBe(0);
        await Centre.Stop();
        (await Move()).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task What_the_server_does_not_take_is_named_and_the_centre_goes_on_where_it_was()
    {
        var (customer, phone) = await (await Centre.Bank()).CustomerWithToken();
        await Prepare();
        await Centre.Stop();
        await Ask("update contract set name = 'x' || char(0); select 0");

        (await Move()).ShouldBeRefused("A row of contract does not go over (22021 line 1");

        await ShouldGoOnWhereItWas(customer, phone);
    }

    [SkippableFact]
    public async Task A_server_that_fails_at_the_commit_leaves_the_centre_where_it_was()
    {
        var (customer, phone) = await (await Centre.Bank()).CustomerWithToken();
        await Prepare();
        await Centre.Stop();
        await using (var connection = await Target!.Connect())
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

        await ShouldGoOnWhereItWas(customer, phone);
    }

    [SkippableFact]
    public async Task What_stands_against_a_move_is_told_before_anything_happens()
    {
        await Centre.Bank();
        await Prepare();
        await Centre.Stop();
        var other = Path.Combine(Centre.Directory, "notes.txt");
        await System.IO.File.WriteAllTextAsync(other, new string('x', 5000));
        (await Programs.Run(Centre, ["institution", "list"])).ExitCode.ShouldBe(0); // names the key in the database
        var empty = Path.Combine(Centre.Directory, "empty.db");
        await System.IO.File.WriteAllTextAsync(empty, "");

        (await Programs.Run(Centre, ["database", "move", "--from", File])).ShouldBeRefused("Database__Provider must name the engine to move to");
        (await Move(other)).ShouldBeRefused("notes.txt cannot be read as a database of SQLite");
        (await Move(empty)).ShouldBeRefused("The database lacks");
        (await Move(Path.Combine(Centre.Directory, "nowhere.db"))).ExitCode.ShouldBe(2);
        (await Programs.Run(Centre, ["database", "move", "--from", File], [.. Target!.Settings, ("Keys:Directory", Centre.MailDirectory)])).ShouldBeRefused("master key '0001' is missing");
        await Ask("create table notes (a); select 0");
        (await Move()).ShouldBeRefused("a table that is not the service's, notes");
        await Ask("drop table notes; select 0");
        (await RowsThere()).ShouldBe(0);
        (await Move()).ExitCode.ShouldBe(0);
    }

    [SkippableFact]
    public async Task A_database_that_holds_a_row_is_not_moved_to()
    {
        await Centre.Bank();
        await Prepare();
        (await Programs.Run(Centre, ["institution", "list"], [.. Target!.Settings])).ExitCode.ShouldBe(0); // names the key in it
        await Centre.Stop();

        (await Move()).ShouldBeRefused("The database of the settings holds rows already (in key_check).");

        (await Programs.Run(Centre, ["institution", "list"])).ExitCode.ShouldBe(0);
    }

    private async Task ShouldGoOnWhereItWas(Customer customer, Phone phone)
    {
        (await RowsThere()).ShouldBe(0);
        (await Programs.Run(Centre, ["institution", "list"])).ExitCode.ShouldBe(0);
        await using var again = await Centre.Again(Centre.Database);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
    }
}
