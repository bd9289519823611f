using System.Data.Common;
using KenshinOtp.Idempotency;

namespace KenshinOtp.Data.Tests;

public sealed class AnswerStoreTests : StoreTest
{
    private static readonly CallId Call = new("client", "key", "fingerprint");
    private static readonly StoredAnswer Answer = new("fingerprint", 201, "application/json; charset=utf-8", Make.Japanese(5000));

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task An_answer_is_remembered_for_a_day_and_then_may_be_another(string engine)
    {
        var room = await Open(engine);
        var store = room.Get<AnswerStore>();
        var given = room.Now;
        await room.Change(tx => store.Insert(tx, Call, Answer, given, None));

        (await room.Look(session => store.Find(session, Call, given.AddHours(24).AddMilliseconds(-1), None))).ShouldBe(Answer);
        (await room.Look(session => store.Find(session, Call with { KeyHash = "KEY" }, given, None))).ShouldBeNull();
        (await room.Look(session => store.Find(session, Call, given.AddHours(24), None))).ShouldBeNull();
        await room.Change(tx => store.Insert(tx, Call, Answer with { Status = 200 }, given.AddHours(24), None));
        (await room.Look(session => store.Find(session, Call, given.AddHours(24), None)))!.Status.ShouldBe(200);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_equal_calls_at_once_one_is_written_and_the_others_know_why_they_are_not(string engine)
    {
        var room = await Open(engine);

        var written = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await room.Change(tx => room.Get<AnswerStore>().Insert(tx, Call, Answer, room.Now, None));
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
            await room.Change(tx => store.Insert(tx, Call with { KeyHash = $"k{i}" }, Answer, room.Now.AddMinutes(i), None));

        (await room.Change(tx => store.DeleteBefore(tx, room.Now.AddMinutes(3), 2, None))).ShouldBe(2);
        (await room.Look(session => store.Find(session, Call with { KeyHash = "k1" }, room.Now, None))).ShouldBeNull();
        (await room.Look(session => store.Find(session, Call with { KeyHash = "k2" }, room.Now, None))).ShouldNotBeNull();
        (await room.Change(tx => store.DeleteBefore(tx, room.Now.AddMinutes(3), 9, None))).ShouldBe(2);
        (await room.Change(tx => store.DeleteBefore(tx, room.Now.AddMinutes(3), 9, None))).ShouldBe(0);
    }
}
