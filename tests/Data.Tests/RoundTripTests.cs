using System.Data.Common;
using KenshinOtp.Support.Databases;

namespace KenshinOtp.Data.Tests;

/// <summary>What goes to the engine many at a time, and over a connection that is kept.</summary>
public sealed class RoundTripTests : StoreTest
{
    private static readonly Statement<Run> Insert = new("insert into job_run (name, started_at, error) values (@Name, @StartedAt, @Error)");
    private static readonly Statement<Key> Select = new("select name, started_at, error from job_run where name = @Name");
    private static readonly Statement<Key> SelectFinished = new("select name from job_run where name = @Name and finished_at is not null");
    private static readonly Statement<Run> Touch = new("update job_run set started_at = started_at + @StartedAt, error = @Error where name = @Name and started_at < 10");
    private static readonly Statement<Key> Finish = new("update job_run set finished_at = 5 where name = @Name and finished_at is null");

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Each_call_of_an_exchange_has_its_own_answer(string engine)
    {
        var room = await Open(engine);
        await room.Change(tx =>
        {
            tx.InsertLast(Insert, [new("a", 1, "ok"), new("b", 2, null), new("c", 30, "ok")]);
            return Task.CompletedTask;
        });

        await using var tx = await room.Database.Begin(None);
        var (found, affected) = await tx.RoundTrip<Run>(
            [Select.With(new("b")), SelectFinished.With(new("a")), Select.With(new("nobody")), Select.With(new("a"))],
            [Touch.With(new("c", 1, "late")), Finish.With(new("b")), Touch.With(new("a", 1, null)), Finish.With(new("nobody"))], None);
        var (after, _) = await tx.RoundTrip<Run>([SelectFinished.With(new("b")), Select.With(new("a"))], [], None);

        found.ShouldBe([new("b", 2, null), null, null, new("a", 1, "ok")]);
        affected.ShouldBe([0, 1, 1, 0]);
        after.ShouldBe([new("b", 0, null), new("a", 2, null)]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Among_many_calls_too(string engine)
    {
        const int many = 103; // 64 + 32 + 4 + 2 + 1
        var room = await Open(engine);
        var tooLong = new string('長', 4001);
        await room.Change(tx =>
        {
            tx.InsertLast(Insert, [.. Enumerable.Range(0, many).Select(i => new Run($"r{i}", i % 20, i == 70 ? "late" : null))]);
            return Task.CompletedTask;
        });

        await using var tx = await room.Database.Begin(None);
        var (found, affected) = await tx.RoundTrip<Run>(
            [.. Enumerable.Range(0, many).Select(i => Select.With(new(i % 3 == 0 ? tooLong : $"r{i}")))],
            [.. Enumerable.Range(0, many).Select(i => Touch.With(new($"r{i}", 100, i == 5 ? "done" : null)))], None);

        found.ShouldBe(Enumerable.Range(0, many).Select(i => i % 3 == 0 ? null : new Run($"r{i}", i % 20, i == 70 ? "late" : null)));
        affected.ShouldBe(Enumerable.Range(0, many).Select(i => i % 20 < 10 ? 1 : 0));
        (await tx.Find<long>("select count(*) from job_run where started_at >= 100 and name <> 'r5' or error = 'done'", args: null, None)).ShouldBe(affected.Sum());
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_is_required_at_the_commit_undoes_all_where_one_row_is_no_longer_what_it_was(string engine)
    {
        var room = await Open(engine);
        await using var lane = new Lane(room.Database, room.Clock);
        await Enter(lane, "a");
        await Enter(lane, "b");
        await Enter(lane, "away");

        (await Require(lane, "c", [Select.With(new("a")), Select.With(new("b"))], [Finish.With(new("b")), Touch.With(new("a", 1, null)), Finish.With(new("away"))])).ShouldBeFalse();
        (await Require(lane, "d", [Select.With(new("a")), Select.With(new("nobody"))], [Finish.With(new("a"))])).ShouldBeTrue();
        (await Require(lane, "e", [], [Touch.With(new("b", 1, null)), Finish.With(new("a")), Finish.With(new("b"))])).ShouldBeTrue();
        (await Require(lane, "f", [Select.With(new("a"))], [])).ShouldBeFalse();

        (await room.Look(session => session.List<string>("select name from job_run order by name", args: null, None))).ShouldBe(["a", "away", "b", "c", "f"]);
        (await room.Look(session => session.List<string>("select name from job_run where finished_at = 5 order by name", args: null, None))).ShouldBe(["away", "b"]);
        (await room.Look(session => session.List<long>("select started_at from job_run where name = 'a' or name = 'b' order by name", args: null, None))).ShouldBe([2, 1]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_lane_goes_on_after_a_change_that_failed_at_its_end(string engine)
    {
        var room = await Open(engine);
        await using var lane = new Lane(room.Database, room.Clock);
        await Enter(lane, "a");

        await using (var tx = await lane.Begin(None))
        {
            tx.InsertLast(Insert, [new("b", 1, null), new("a", 1, null)]);
            var fault = await Should.ThrowAsync<DbException>(() => tx.Commit(1, None));
            (room.Database.Dialect.IsUniqueViolation(fault), tx.IsOutcomeOpen).ShouldBe((true, false), "a key that is there already is known to undo the change");
        }

        await Enter(lane, "c");
        await using (var tx = await lane.Begin(None))
            (await tx.RoundTrip<Run>([], [Finish.With(new("c"))], None)).Affected.ShouldBe([1]);

        await Enter(lane, "d");
        (await room.Look(session => session.List<string>("select name from job_run where finished_at is null order by name", args: null, None))).ShouldBe(["a", "c", "d"]);
    }

    [SkippableFact]
    public async Task A_connection_on_which_nothing_was_said_for_tooLongis_given_up()
    {
        var room = await Open(TestEngines.Postgresql);
        await using var lane = new Lane(room.Database, room.Clock);

        var (first, second) = (await Server(lane), await Server(lane));
        room.Clock.Advance(TimeSpan.FromMinutes(6));
        var third = await Server(lane);

        second.ShouldBe(first);
        third.ShouldNotBe(first);
    }

    /// <returns>Whether the race was lost.</returns>
    private static async Task<bool> Require(Lane lane, string name, IReadOnlyList<Call> finds, IReadOnlyList<Call> updates)
    {
        await using var tx = await lane.Begin(None);
        tx.RequireLast(finds, updates);
        tx.InsertLast(Insert, [new(name, 1, null)]);
        try
        {
            await tx.Commit(1, None);
            return false;
        }
        catch (LostRaceException)
        {
            tx.IsOutcomeOpen.ShouldBeFalse();
            return true;
        }
    }

    private static async Task<long> Server(Lane lane)
    {
        await using var tx = await lane.Begin(None);
        return await tx.Commit(await tx.Find<long>("select pg_backend_pid()", args: null, None), None);
    }

    private static async Task Enter(Lane lane, string name)
    {
        await using var tx = await lane.Begin(None);
        tx.InsertLast(Insert, [new(name, 1, null)]);
        await tx.Commit(1, None);
    }

    private sealed record Key(string Name);

    private sealed record Run(string Name, long StartedAt, string? Error)
    {
        public Run()
            : this("", 0, null)
        {
        }
    }
}
