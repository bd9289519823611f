using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;

namespace KenshinOtp.Data.Tests;

public sealed class MigratorTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Migrations_are_applied_in_order_and_once(string engine)
    {
        var room = await Open(engine, migrated: false);
        var fault = await Should.ThrowAsync<SchemaException>(() => room.Get<Migrator>().RequireCurrent(None));
        fault.Message.ShouldContain("0001_tokens");

        var applied = await room.Get<Migrator>().Migrate(None);

        applied[0].ShouldBe("0001_tokens");
        applied.ShouldBe(applied.Order(StringComparer.Ordinal));
        (await room.Get<Migrator>().Migrate(None)).ShouldBeEmpty();
        await room.Get<Migrator>().RequireCurrent(None);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Processes_that_migrate_at_once_do_each_migration_once_and_none_of_them_fails(string engine)
    {
        var room = await Open(engine, migrated: false);
        StoreRoom[] nodes = [room, Beside(room), Beside(room)];

        var applied = await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Get<Migrator>().Migrate(None))));

        applied.SelectMany(names => names).Order(StringComparer.Ordinal).ShouldBe(
            await room.Look(session => session.List<string>("select name from schema_version order by number", args: null, None)));
        foreach (var node in nodes)
            await node.Get<Migrator>().RequireCurrent(None);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_migration_that_fails_leaves_nothing_of_itself_and_is_not_tried_again_but_those_before_it_stay(string engine)
    {
        var room = await Open(engine, migrated: false);
        await room.Tamper("create table replaced_link (code_hash integer)"); // what the second statement of 0007 makes
        var turns = new CountingDialect(room.Database.Dialect);

        var fault = await Should.ThrowAsync<SchemaException>(() => new Migrator(new Database(turns), room.Get<Races>(), room.Clock, NullLogger<Migrator>.Instance).Migrate(None));

        fault.Message.ShouldContain("0007_states_and_links");
        fault.Message.ShouldContain("0006_audit_leaves");
        fault.InnerException.ShouldBeAssignableTo<DbException>();
        turns.Turns.ShouldBe(8); // the table of versions, six migrations, and the one that fails
        await room.Tamper("drop table replaced_link");
        (await room.Get<Migrator>().Migrate(None))[0].ShouldBe("0007_states_and_links");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_migration_that_was_changed_afterwards_stops_the_start(string engine)
    {
        var room = await Open(engine);
        await room.Tamper("update schema_version set checksum = 'another' where number = 2");

        (await Should.ThrowAsync<SchemaException>(() => room.Get<Migrator>().RequireCurrent(None))).Message.ShouldContain("0002_staff was changed");
        (await Should.ThrowAsync<SchemaException>(() => room.Get<Migrator>().Migrate(None))).Message.ShouldContain("0002_staff was changed");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task On_a_newer_schema_an_older_program_goes_on_but_does_not_migrate(string engine)
    {
        var room = await Open(engine);
        await room.Tamper("insert into schema_version (number, name, checksum, applied_at) values (9000, '9000_of_tomorrow', 'x', 0)");

        await room.Get<Migrator>().RequireCurrent(None);
        (await Should.ThrowAsync<SchemaException>(() => room.Get<Migrator>().Migrate(None))).Message.ShouldContain("9000_of_tomorrow");

        await room.Tamper("insert into schema_version (number, name, checksum, applied_at) values (0, '0000_of_nowhere', 'x', 0)");
        (await Should.ThrowAsync<SchemaException>(() => room.Get<Migrator>().RequireCurrent(None))).Message.ShouldContain("0000_of_nowhere");
    }

    [Fact]
    public void Every_engine_has_the_same_migrations_by_name()
    {
        var names = Engines.All.Select(engine => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "migrations", engine.Name), "*.sql")
            .Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList()).ToList();

        names[0].ShouldNotBeEmpty();
        foreach (var other in names)
            other.ShouldBe(names[0]);
    }
}
