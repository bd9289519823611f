using KenshinOtp.Outbox;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Data.Tests;

public sealed class OutboxStoreTests : StoreTest
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_workers_at_once_one_leases_a_mail_and_another_only_when_the_lease_has_run_out(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<OutboxStore>(), await Queue(room));

        var leased = await room.AtOnce(8, async (tx, i) => (await store.Lease(tx, [id], $"worker {i}", room.Now, Lease, None)).SingleOrDefault()?.Attempt ?? 0);

        leased.Order().ShouldBe([0, 0, 0, 0, 0, 0, 0, 1]);
        (await room.Look(session => store.Due(session, room.Now, 9, None))).ShouldBeEmpty();
        room.Clock.Advance(Lease);
        (await room.Look(session => store.Due(session, room.Now, 9, None))).ShouldBe([id]);
        var late = await room.Change(async tx => (await store.Lease(tx, [id], "late", room.Now, Lease, None)).Single());
        (late.Attempt, late.Subject, store.Open(late)).ShouldBe((2, Make.Japanese(200), Make.Japanese(3000)));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Only_who_holds_the_lease_settles_and_a_mail_that_is_settled_has_lost_its_text(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<OutboxStore>(), await Queue(room));
        await room.Change(async tx => (await store.Lease(tx, [id], "mine", room.Now, Lease, None)).Count);
        var sent = new Settlement(MailStatus.Sent, room.Now, room.Now, Answer: null);

        (await room.Change(tx => store.Settle(tx, "yours", [(id, sent)], None))).ShouldBeEmpty();
        (await room.AtOnce(4, (tx, _) => store.Settle(tx, "mine", [(id, sent)], None))).Sum(settled => settled.Count).ShouldBe(1);

        (await room.Look(session => session.Find<string>("select body from outbox_mail", args: null, None))).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_mail_that_was_put_off_comes_back_in_its_time_with_the_server_s_words(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<OutboxStore>(), await Queue(room));
        await room.Change(async tx => (await store.Lease(tx, [id], "mine", room.Now, Lease, None)).Count);
        await room.Change(tx => store.Settle(tx, "mine", [(id, new(MailStatus.Queued, room.Now.AddSeconds(5), SentAt: null, Make.Japanese(500)))], None));

        (await room.Look(session => store.Due(session, room.Now.AddSeconds(4), 9, None))).ShouldBeEmpty();
        (await room.Look(session => store.Due(session, room.Now.AddSeconds(5), 9, None))).ShouldBe([id]);
        (await room.Look(session => session.Find<string>("select last_answer from outbox_mail", args: null, None))).ShouldBe(Make.Japanese(500));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_mail_that_is_given_back_is_as_if_it_had_not_been_leased(string engine)
    {
        var room = await Open(engine);
        var store = room.Get<OutboxStore>();
        string[] ids = [await Queue(room), await Queue(room, "9002")];
        (await room.Change(tx => store.Lease(tx, ids, "mine", room.Now, Lease, None))).Select(mail => mail.Id).ShouldBe(ids);
        var sent = new Settlement(MailStatus.Sent, room.Now, room.Now, Answer: null);

        (await room.Change(tx => store.Settle(tx, "yours", [(ids[0], null)], None))).ShouldBeEmpty();
        (await room.Change(tx => store.Settle(tx, "mine", [(ids[1], null), (ids[0], sent)], None))).ShouldBe(ids, ignoreOrder: true);

        (await room.Look(session => store.Due(session, room.Now, 9, None))).ShouldBe([ids[1]]);
        (await room.Change(tx => store.Lease(tx, ids, "late", room.Now, Lease, None))).ShouldHaveSingleItem().Attempt.ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_was_sent_while_the_database_was_away_is_settled_as_soon_as_it_is_back(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<OutboxStore>(), await Queue(room));
        var mail = await room.Change(async tx => (await store.Lease(tx, [id], "mine", room.Now, Lease, None)).Single());
        var away = new CountingDialect(room.Database.Dialect) { AwayFor = 4 };
        var batch = new SettlingBatch("mine", Lease);
        batch.Handled.Writer.TryWrite(new(mail, new DeliveryOutcome(DeliveryVerdict.Accepted)));

        var settling = ActivatorUtilities.CreateInstance<MailSettler>(room.Get<IServiceProvider>(), new Database(away)).Settle(batch, None);
        while (!batch.IsStuck)
            await Task.Yield(); // nothing more is sent meanwhile
        batch.Handled.Writer.Complete();
        await settling;

        batch.IsStuck.ShouldBeFalse();
        (await room.Look(session => session.Find<string>("select status from outbox_mail", args: null, None))).ShouldBe("sent");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_is_due_first_goes_first_and_what_was_withdrawn_never(string engine)
    {
        var room = await Open(engine);
        var store = room.Get<OutboxStore>();
        var first = await Queue(room);
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await Queue(room, "9002");
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        var withdrawn = await Queue(room, "9003");
        var tokenId = await room.Look(session => session.Find<string>("select token_id from outbox_mail where id = @Id", new { Id = withdrawn }, None));

        await room.Change(tx => store.Supersede(tx, tokenId!, MailPurpose.RenewalNotice, None)); // of another purpose: stays
        (await room.Look(session => store.Due(session, room.Now, 9, None))).ShouldBe([first, second, withdrawn]);
        await room.Change(tx => store.Supersede(tx, tokenId!, MailPurpose.Download, None));

        (await room.Look(session => store.Due(session, room.Now, 9, None))).ShouldBe([first, second]);
        (await room.Look(session => store.Due(session, room.Now, 1, None))).ShouldBe([first]);
    }

    private static async Task<string> Queue(StoreRoom room, string institution = "9001")
    {
        var token = await room.Token(await room.Institution(institution));
        return await room.Change(tx => room.Get<OutboxStore>().Insert(tx, new(
            token.InstitutionId, token.Id, MailPurpose.Download, "otp@kenshin.example", Make.Japanese(60), Make.Email($"{new string('a', 64)}@docomo.ne.jp"),
            Make.Japanese(200), Make.Japanese(3000), room.Now.AddDays(1)), room.Now, None));
    }
}
