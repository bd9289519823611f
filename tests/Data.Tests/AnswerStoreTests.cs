using System.Data.Common;
using KenshinOtp.Idempotency;

namespace KenshinOtp.Data.Tests;

public sealed class AnswerStoreTests : StoreTest
{
    private static readonly AnswerKey Key = new("client", "key");
    private static readonly StoredAnswer Answer = new("fingerprint", 201, "application/json; charset=utf-8", Make.Japanese(5000));

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task An_answer_is_remembered_for_a_day_and_then_may_be_another(string engine)
    {
        var room = await Open(engine);
        var store = room.Get<AnswerStore>();
        var given = room.Now;
        var nextDay = given.AddHours(24);
        await Insert(room, Key, Answer, given);

        (await room.Look(session => store.Find(session, Key, nextDay.AddMilliseconds(-1), None))).ShouldBe((Answer, false));
        (await room.Look(session => store.Find(session, Key with { KeyHash = "KEY" }, given, None))).ShouldBeNull();
        (await room.Look(session => store.Find(session, Key, nextDay, None)))!.Value.IsStale.ShouldBeTrue();
        await room.Change(async tx =>
        {
            await store.DeleteStale(tx, Key, nextDay, None);
            store.Insert(tx, Key, Answer with { Status = 200 }, nextDay);
            return true;
        });
        (await room.Look(session => store.Find(session, Key, nextDay, None))).ShouldBe((Answer with { Status = 200 }, false));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Room_is_made_where_an_answer_counts_no_more_and_nowhere_else(string engine)
    {
        var room = await Open(engine);
        var (store, nextDay) = (room.Get<AnswerStore>(), room.Now.AddHours(24));
        AnswerKey[] old = [Key, new("other", "key"), new("client", "other")];
        foreach (var key in old)
            await Insert(room, key, Answer, room.Now);

        await room.Change(tx => store.DeleteStale(tx, Key, nextDay.AddMilliseconds(-1), None));
        (await room.Look(session => store.Find(session, Key, nextDay, None))).ShouldNotBeNull();
        await room.Change(tx => store.DeleteStale(tx, Key, nextDay, None));

        foreach (var key in old)
            (await room.Look(session => store.Find(session, key, nextDay, None))).HasValue.ShouldBe(key != Key);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_equal_calls_at_once_one_is_written_and_the_others_know_why_they_are_not(string engine)
    {
        var room = await Open(engine);

        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Insert(room, Key, Answer, room.Now);
                return true;
            }
            catch (DbException e) when (room.Database.Dialect.IsUniqueViolation(e))
            {
                return false;
            }
        })));

        written.Count(yes => yes).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Old_answers_are_forgotten_the_oldest_first_and_not_more_than_so_many(string engine)
    {
        var room = await Open(engine);
        var store = room.Get<AnswerStore>();
        for (var i = 0; i < 5; i++)
            await Insert(room, Key with { KeyHash = $"k{i}" }, Answer, room.Now.AddMinutes(i));

        (await room.Change(tx => store.DeleteBefore(tx, room.Now.AddMinutes(3), 2, None))).ShouldBe(2);
        (await room.Look(session => store.Find(session, Key with { KeyHash = "k1" }, room.Now, None))).ShouldBeNull();
        (await room.Look(session => store.Find(session, Key with { KeyHash = "k2" }, room.Now, None))).ShouldNotBeNull();
        (await room.Change(tx => store.DeleteBefore(tx, room.Now.AddMinutes(3), 9, None))).ShouldBe(2);
        (await room.Change(tx => store.DeleteBefore(tx, room.Now.AddMinutes(3), 9, None))).ShouldBe(0);
    }

    private static Task<bool> Insert(StoreRoom room, AnswerKey key, StoredAnswer answer, DateTimeOffset now) => room.Change(tx =>
    {
        room.Get<AnswerStore>().Insert(tx, key, answer, now);
        return Task.FromResult(true);
    });
}
