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
    public async Task Processes_that_migrate_at_once_do_it_once_and_none_of_them_fails(string engine)
    {
        var room = await Open(engine, migrated: false);
        StoreRoom[] nodes = [room, Beside(room), Beside(room)];

        var applied = await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Get<Migrator>().Migrate(None))));

        applied.Count(names => names.Count > 0).ShouldBe(1);
        foreach (var node in nodes)
            await node.Get<Migrator>().RequireCurrent(None);
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
