using KenshinOtp.Outbox;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

public sealed class BounceStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_mail_is_found_by_its_whole_Message_ID_alone(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<BounceStore>(), await Queue(room));

        var mail = await room.Look(session => store.Find(session, $"<{id}@kenshin.example>", room.Now, None));

        (mail!.Id, mail.Purpose, mail.Status, mail.CreatedAt, mail.TokenStatus).ShouldBe((id, MailPurpose.Download, MailStatus.Queued, room.Now, TokenStatus.InUse));
        foreach (var other in new[] { $"<{id}@kenshin.exampl>", $"<{id}>", $"<{id.ToUpperInvariant()}@kenshin.example>", $"<{id}@KENSHIN.example>", "<@>", "<' or 1=1@x>", "<%@%>" })
            (await room.Look(session => store.Find(session, other, room.Now, None))).ShouldBeNull(other);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task However_many_reports_come_at_once_a_mail_fails_once_and_its_text_is_gone(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<BounceStore>(), await Queue(room));
        await room.Change(async tx => (await room.Get<OutboxStore>().Lease(tx, [id], "worker", room.Now, TimeSpan.FromMinutes(1), None)).Count);
        var mail = await room.Look(session => store.Find(session, $"<{id}@kenshin.example>", room.Now, None));

        (await room.AtOnce(4, (tx, _) => store.Fail(tx, mail!, Make.Japanese(600), None))).Count(failed => failed).ShouldBe(1);

        (await room.Look(session => session.Find<string>("select status from outbox_mail where body is null and lease_owner is null", args: null, None))).ShouldBe("failed");
        (await room.Look(session => session.Find<string>("select last_answer from outbox_mail", args: null, None))).ShouldBe(Make.Japanese(500));
        // The worker that was still at it has nothing to settle.
        (await room.Change(tx => room.Get<OutboxStore>().Settle(tx, "worker", [(id, new(MailStatus.Sent, room.Now, room.Now, Answer: null))], None))).ShouldBeEmpty();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Addressees_of_settled_mails_are_erased_once_in_batches_and_those_of_mails_that_wait_never(string engine)
    {
        var room = await Open(engine);
        var (store, erasure) = (room.Get<OutboxStore>(), room.Get<MailErasure>());
        string[] ids = [await Queue(room), await Queue(room, "9002"), await Queue(room, "9003"), await Queue(room, "9004")];
        await room.Change(async tx => (await store.Lease(tx, ids, "worker", room.Now, TimeSpan.FromMinutes(1), None)).Count);
        await room.Change(tx => store.Settle(tx, "worker",
            [(ids[0], new(MailStatus.Sent, room.Now, room.Now, Answer: null)), (ids[1], new(MailStatus.Failed, room.Now, SentAt: null, "550")), (ids[2], null), (ids[3], null)], None));
        var tokenId = await room.Look(session => session.Find<string>("select token_id from outbox_mail where id = @Id", new { Id = ids[2] }, None));
        await room.Change(tx => store.Supersede(tx, tokenId!, MailPurpose.Download, None));

        Task<int> Erase(DateTimeOffset before) => room.Change(tx => erasure.Erase(tx, before, 2, None));
        (await Erase(room.Now.AddSeconds(-1))).ShouldBe(0);
        (await Task.WhenAll(Erase(room.Now), Erase(room.Now))).Sum().ShouldBeInRange(1, 3);
        while (await Erase(room.Now) > 0)
        {
            // until nothing is left
        }

        (await room.Look(session => session.List<string>("select id from outbox_mail where to_address <> ''", args: null, None))).ShouldBe([ids[3]]);
        (await room.Look(session => session.Find<int>("select count(*) from outbox_mail where last_answer is not null", args: null, None))).ShouldBe(0);
    }

    private static async Task<string> Queue(StoreRoom room, string institution = "9001")
    {
        var token = await room.Token(await room.Institution(institution), $"KN0000{institution}");
        return await room.Change(tx => room.Get<OutboxStore>().Insert(tx, new(
            token.InstitutionId, token.Id, MailPurpose.Download, "otp@kenshin.example", "湖畔", Make.Email("hanako@docomo.ne.jp"), "件名", "本文", room.Now.AddDays(1)), room.Now, None));
    }
}
