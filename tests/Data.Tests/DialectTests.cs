using System.Data.Common;
using System.Diagnostics;
using KenshinOtp.Support.Databases;

namespace KenshinOtp.Data.Tests;

public sealed class DialectTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_key_that_is_there_already_is_told_from_every_other_fault(string engine)
    {
        var room = await Open(engine);
        var dialect = room.Database.Dialect;
        const string insert = "insert into institution (id, code, name, preset, policy, created_at) values (@Id, @Code, @Name, 'kenshin', '{}', 0)";
        await Run(room, insert, new { Id = "1", Code = "9001", Name = "a" });

        dialect.IsUniqueViolation(await Fault(room, insert, new { Id = "1", Code = "9002", Name = "a" })).ShouldBeTrue("the primary key");
        dialect.IsUniqueViolation(await Fault(room, insert, new { Id = "2", Code = "9001", Name = "a" })).ShouldBeTrue("a unique column");
        foreach (var fault in new[]
        {
            await Fault(room, insert, new { Id = "3", Code = "9003", Name = (string?)null }),
            await Fault(room, "insert into event_head (institution_id, position) values (@Id, 0)", new { Id = "nobody" }),
            await Fault(room, "select nothing from nowhere", new { }),
        })
            (dialect.IsUniqueViolation(fault), dialect.IsDeadlock(fault), dialect.IsTransient(fault)).ShouldBe((false, false, false), fault.Message);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_change_that_is_left_twice_gives_its_turn_and_its_connection_back_once(string engine)
    {
        var room = await Open(engine);
        await using var lane = new Lane(room.Database, room.Clock);
        var tx = await lane.Begin(None);
        await tx.Commit(None);

        await tx.DisposeAsync();
        await tx.DisposeAsync();

        await using var next = await lane.Begin(None);
        (await next.Find<long>("select count(*) from institution", args: null, None)).ShouldBe(0);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_table_is_known_by_its_name(string engine)
    {
        var room = await Open(engine);

        Task<long> Count(string name) => room.Look(session => session.Find<long>(session.Dialect.CountTablesNamed, new { Name = name }, None));
        (await Count("schema_version")).ShouldBe(1);
        (await Count("token")).ShouldBe(1);
        (await Count("no_such_table")).ShouldBe(0);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_database_that_can_only_be_read_is_told_from_one_that_takes_changes(string engine)
    {
        var room = await Open(engine);
        (await room.Look(session => session.IsReadOnly(None))).ShouldBeFalse();
        Skip.If(engine == TestEngines.SqlServer, "Its administrator alone may make a database read-only.");
        SqlDialect reading = engine == TestEngines.Sqlite
            ? new SqliteDialect(room.Stored.ConnectionString + ";Mode=ReadOnly")
            : new PostgresDialect(room.Stored.ConnectionString + ";Options=-c default_transaction_read_only=on");
        using var end = (IDisposable)reading;

        await using var session = await new Database(reading).Read(None);

        (await session.IsReadOnly(None)).ShouldBeTrue();
    }

    [SkippableTheory]
    [InlineData("", 15, 5)]
    [InlineData(";Command Timeout=40", 40, 40)]
    [InlineData(";CommandTimeout=40", 40, 40)]
    public async Task Nobody_waits_long_for_a_PostgreSQL_that_went_without_a_word_unless_told_to(string setting, int patience, int patienceOfLane)
    {
        var room = await Open(TestEngines.Postgresql);
        using var dialect = new PostgresDialect(room.Stored.ConnectionString + setting);

        await using var pooled = await dialect.Open(None);
        await using var lane = await dialect.OpenLane(None);

        (pooled.CreateCommand().CommandTimeout, lane.CreateCommand().CommandTimeout).ShouldBe((patience, patienceOfLane));
    }

    [SkippableTheory]
    [InlineData("", 15, 5)]
    [InlineData(";Command Timeout=40", 40, 40)]
    public async Task Nor_for_an_SQL_Server(string setting, int patience, int patienceOfLane)
    {
        var room = await Open(TestEngines.SqlServer);
        var dialect = new SqlServerDialect(room.Stored.ConnectionString + setting);

        await using var pooled = await dialect.Open(None);
        await using var lane = await dialect.OpenLane(None);

        (pooled.CreateCommand().CommandTimeout, lane.CreateCommand().CommandTimeout).ShouldBe((patience, patienceOfLane));
    }

    [SkippableFact]
    public async Task A_commit_with_a_warning_such_as_that_no_standby_has_it_is_in_doubt()
    {
        var room = await Open(TestEngines.Postgresql);
        await Run(room, """
            create function warn() returns trigger language plpgsql as $$ begin raise warning 'canceling wait for synchronous replication'; return null; end $$;
            create constraint trigger warn after insert on job_run deferrable initially deferred for each row execute function warn();
            """, new { });
        await using var tx = await room.Database.Begin(None);
        await tx.Execute("insert into job_run (name, started_at) values ('seal', 0)", args: null, None);

        var fault = await Should.ThrowAsync<DbException>(() => tx.Commit("done", None));

        tx.IsOutcomeOpen.ShouldBeTrue();
        room.Database.Dialect.IsAway(fault).ShouldBeTrue();
        (await room.Look(session => session.Find<long>("select count(*) from job_run", args: null, None))).ShouldBe(1, "it is here, and perhaps nowhere else");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Texts_are_compared_and_sorted_by_their_bytes(string engine)
    {
        var room = await Open(engine);
        string[] texts = ["b", "B", "a", "A", "0", "10", "9", "_", "-", "~", "ア", "あ", "ｱ", "亜", "é", "z", " "];
        foreach (var text in texts)
            await Run(room, "insert into job_run (name, started_at) values (@Name, 0)", new { Name = text });

        (await room.Look(session => session.List<string>("select name from job_run order by name", args: null, None))).ShouldBe(texts.Order(StringComparer.Ordinal));
        (await room.Look(session => session.List<string>("select name from job_run where name < '~' order by name desc" + session.Dialect.Limit(2), args: null, None)))
            .ShouldBe(["z", "b"]);
        (await room.Look(session => session.Find<long>("select count(*) from job_run where name = 'E' or name = 'e'", args: null, None))).ShouldBe(0);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Two_changes_that_wait_for_each_other_are_a_lost_race_for_one_of_them(string engine)
    {
        Skip.If(engine == TestEngines.Sqlite, "Writers take turns on SQLite.");
        var room = await Open(engine);
        foreach (var id in new[] { "1", "2" })
            await Run(room, "insert into job_run (name, started_at) values (@Id, 0)", new { Id = id });
        const string touch = "update job_run set started_at = started_at + 1 where name = @Id";

        var both = new Barrier(2);
        var outcomes = await Task.WhenAll(new[] { ("1", "2"), ("2", "1") }.Select(order => Task.Run(async () =>
        {
            await using var tx = await room.Database.Begin(None);
            await tx.Execute(touch, new { Id = order.Item1 }, None);
            both.SignalAndWait();
            try
            {
                await tx.Execute(touch, new { Id = order.Item2 }, None);
                return await tx.Commit("through", None);
            }
            catch (DbException e) when (room.Database.Dialect.IsDeadlock(e))
            {
                return "lost";
            }
        })));

        outcomes.Order(StringComparer.Ordinal).ShouldBe(["lost", "through"]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_lost_a_race_runs_again_and_both_go_through(string engine)
    {
        var room = await Open(engine);
        const string insert = "insert into job_run (name, started_at) values (@Name, 0)", touch = "update job_run set started_at = started_at + 1 where name = @Name";
        foreach (var name in new[] { "1", "2" })
            await Run(room, insert, new { Name = name });

        var bothHoldOne = new TaskCompletionSource();
        var holding = 0;
        var runs = await Task.WhenAll(new[] { ("1", "2"), ("2", "1") }.Select(order => Task.Run(() => room.Get<Races>().Run(async run =>
        {
            await using var tx = await room.Database.Begin(None);
            await tx.Execute(touch, new { Name = order.Item1 }, None);
            if (engine == TestEngines.Sqlite || Interlocked.Increment(ref holding) == 2) // SQLite lets one writer in at a time: nobody can come between
                bothHoldOne.TrySetResult();
            await bothHoldOne.Task;
            await tx.Execute(touch, new { Name = order.Item2 }, None);
            return await tx.Commit(run, None);
        }))));
        var entered = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => room.Get<Races>().Run(async _ =>
        {
            await using var tx = await room.Database.Begin(None);
            if (await tx.Execute(touch, new { Name = "new" }, None) == 1)
                return await tx.Commit("changed", None);
            await tx.Execute(insert, new { Name = "new" }, None);
            return await tx.Commit("entered", None);
        }))));

        runs.Min().ShouldBe(1);
        if (engine == TestEngines.Sqlite)
            runs.Max().ShouldBe(1);
        else
            runs.Max().ShouldBeGreaterThan(1); // more than two where it takes its first row again before the other has been woken
        entered.Count(outcome => outcome == "entered").ShouldBe(1);
        (await room.Look(session => session.Find<long>("select sum(started_at) from job_run", args: null, None))).ShouldBe(4 + 7);
    }

    [Fact]
    public async Task Who_waits_for_a_turn_that_does_not_come_is_told_so()
    {
        var room = await Open(TestEngines.Sqlite);
        await using var held = await room.Database.Begin(None);

        var begun = Stopwatch.GetTimestamp();
        var told = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Should.ThrowAsync<OverloadedException>(() => room.Database.Begin(None))));

        told.ShouldAllBe(fault => room.Get<Races>().MayPassLater(fault));
        Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(20), "they wait beside each other");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Whoever_loses_every_time_is_told_so(string engine)
    {
        var (room, runs) = (await Open(engine), 0);

        var lost = await Should.ThrowAsync<LostRaceException>(() => room.Get<Races>().Run<int>(run => throw new LostRaceException($"run {runs = run}")));

        (lost.Message, runs).ShouldBe(("run 5", 5));
        room.Get<Races>().MayPassLater(lost).ShouldBeTrue();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Who_no_longer_waits_for_a_row_is_not_told_of_a_failure(string engine)
    {
        var room = await Open(engine);
        await Run(room, "insert into job_run (name, started_at) values ('x', 0)", new { });
        var holder = await room.Database.Begin(None);
        await holder.Execute("update job_run set started_at = 1 where name = 'x'", args: null, None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        var waiting = Touch(room, patience.Token);
        await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(5)));
        await holder.DisposeAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_is_left_without_a_commit_is_undone(string engine)
    {
        var room = await Open(engine);
        await using (var tx = await room.Database.Begin(None))
            (await tx.Execute("insert into job_run (name, started_at) values ('x', 0)", args: null, None)).ShouldBe(1);

        (await room.Look(session => session.Find<long>("select count(*) from job_run", args: null, None))).ShouldBe(0);
    }

    private static async Task Touch(StoreRoom room, CancellationToken ct)
    {
        await using var tx = await room.Database.Begin(ct);
        await tx.Execute("update job_run set started_at = 2 where name = 'x'", args: null, ct);
    }

    private static Task Run(StoreRoom room, string sql, object args) => room.Change(tx => tx.Execute(sql, args, None));

    private static Task<DbException> Fault(StoreRoom room, string sql, object args) => Should.ThrowAsync<DbException>(() => Run(room, sql, args));
}
