using KenshinOtp.Audit;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Telemetry;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

public sealed class WatchStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Mails_that_wait_are_counted_with_the_age_of_the_oldest_and_those_that_failed(string engine)
    {
        var room = await Open(engine);
        var (outbox, institution, queuedAt) = (room.Get<OutboxStore>(), await room.Institution(), room.Now);
        (await Backlog(room)).ShouldSatisfyAllConditions(empty => empty.MailsWaiting.ShouldBe(0), empty => empty.OldestMailAt.ShouldBeNull(), empty => empty.MailsFailed.ShouldBe(0));
        var contract = await room.Contract(institution);
        var token = await room.Token(institution, "KN00000001", TokenStatus.Issued, TokenKind.MobileApp, contract);
        var user = await room.User(contract, tokenId: token.Id);
        var mails = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            mails.Add(await room.Change(tx => outbox.Insert(
                tx, new(institution.Id, token.Id, MailPurpose.Download, "otp@kenshin.example", "湖畔", Make.Email("hanako@docomo.ne.jp"), "件名", "本文", room.Now.AddDays(1)), room.Now, None)));
            room.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await room.Change(tx => outbox.Lease(tx, mails, "worker", room.Now, TimeSpan.FromMinutes(1), None));
        await room.Change(tx => outbox.Settle(tx, "worker", [
            (mails[0], new(MailStatus.Queued, room.Now.AddMinutes(9), SentAt: null, "450")), (mails[1], new(MailStatus.Failed, room.Now, SentAt: null, "550")),
            (mails[2], new(MailStatus.Sent, room.Now, room.Now, Answer: null)), (mails[3], null)], None));

        await room.Change(async tx =>
        {
            var issuance = new MailIssuance { Id = Ids.New(room.Now), TokenId = token.Id, UserRowId = user.Id, MobileEmail = Make.Email("hanako@docomo.ne.jp"), CodeExpiresAt = room.Now.AddDays(1), CreatedAt = room.Now };
            await room.Get<IssuanceStore>().Insert(tx, issuance, MailIssuance.NewDownloadCode(), mails[1], None);
            return issuance.Id;
        });
        var backlog = await Backlog(room);
        (backlog.MailsWaiting, backlog.OldestMailAt, backlog.MailsFailed).ShouldBe((2, queuedAt, 1), "one that was deferred has waited since it was queued");
        await room.Tamper($"update token set expires_at = {room.Now.ToUnixTimeMilliseconds()}");
        (await Backlog(room)).MailsFailed.ShouldBe(0); // it would lead to a token that has lapsed
        await room.Tamper("update token set expires_at = null");
        await room.Change(tx => tx.Execute("update token set status = 'inUse' where id = @Id", new { token.Id }, None));
        (await Backlog(room)).MailsFailed.ShouldBe(0); // nobody waits for it any more
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Entries_that_no_seal_covers_are_told_from_those_that_are_sealed(string engine)
    {
        var room = await Open(engine);
        var (institution, seal, begun) = (await room.Institution(), room.Get<SealJob>(), room.Now);
        (await Backlog(room)).ShouldSatisfyAllConditions(fresh => fresh.SealedAt.ShouldBeNull(), fresh => fresh.UnsealedSince.ShouldBe(begun));

        room.Clock.Advance(TimeSpan.FromMinutes(2));
        await seal.RunOnce(None);
        (await Backlog(room)).ShouldSatisfyAllConditions(done => done.SealedAt.ShouldBe(room.Now), done => done.UnsealedSince.ShouldBeNull());

        room.Clock.Advance(TimeSpan.FromMinutes(2));
        var written = room.Now;
        await room.Write(institution, 1);
        room.Clock.Advance(TimeSpan.FromMinutes(2));
        await room.Write(institution, 1);
        (await Backlog(room)).UnsealedSince.ShouldBe(written);
        await seal.RunOnce(None);
        (await Backlog(room)).UnsealedSince.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Tokens_are_counted_by_state(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        await room.Institution("9002");
        await room.Token(institution, "KN00000001");
        await room.Token(institution, "KN00000002");
        await room.Token(institution, "KN00000003", TokenStatus.Unbound);

        var holdings = await room.Look(session => room.Get<WatchStore>().Holdings(session, None));

        holdings.Tokens.ShouldBe([new("inUse", 2), new("unbound", 1)]);
        (holdings.Institutions, holdings.MigratedAt).ShouldBe((2, room.Now));
    }

    private static Task<Backlog> Backlog(StoreRoom room) => room.Look(session => room.Get<WatchStore>().Backlog(session, room.Now, None));
}
