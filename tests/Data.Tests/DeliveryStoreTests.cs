using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

public sealed class DeliveryStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Mails_are_shown_newest_first_page_by_page_within_reach_and_by_state(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<DeliveryStore>(), await room.Institution());
        var (all, branch) = (await room.Visit(institution), await room.Visit(institution, "teller", "002", StaffRole.Teller));
        var (sent, failed, queued) = (await Mail(room, all, "S1", "001"), await Mail(room, all, "S2", "002"), await Mail(room, all, "S3", branch: null));
        await Settle(room, sent, MailStatus.Sent, answer: null);
        await Settle(room, failed, MailStatus.Failed, Make.Japanese(500));

        Task<IReadOnlyList<DeliveredMail>> Page(StaffVisit visit, MailStatus? status = null, bool retried = false, string? before = null, int limit = 9) =>
            room.Look(session => store.Page(session, visit, new(status, retried), before, limit, room.Now, None));
        (await Page(all)).Select(mail => mail.Id).ShouldBe([queued, failed, sent]);
        (await Page(all, limit: 1)).Select(mail => mail.Id).ShouldBe([queued]);
        (await Page(all, before: queued, limit: 1)).Select(mail => mail.Id).ShouldBe([failed]);
        (await Page(all, MailStatus.Sent)).ShouldHaveSingleItem().SentAt.ShouldBe(room.Now);
        (await Page(all, retried: true)).ShouldBeEmpty();
        var seen = (await Page(branch)).ShouldHaveSingleItem();
        (seen.Id, seen.Status, seen.Answer, seen.ServiceId, seen.UserId, seen.Resendable).ShouldBe((failed, MailStatus.Failed, Make.Japanese(500), "S2", "yamada", true));
        (await room.Look(session => store.Find(session, branch, sent, room.Now, None))).ShouldBeNull();
        (await room.Look(session => store.Find(session, all, sent, room.Now, None))).ShouldNotBeNull();
        (await room.Look(session => store.CountFailed(session, all, room.Now, None))).ShouldBe(1);
        (await room.Look(session => store.CountFailed(session, branch, room.Now, None))).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Each_filter_shows_its_own_mails_of_this_institution_the_newest_first(string engine)
    {
        var room = await Open(engine);
        var (store, visit) = (room.Get<DeliveryStore>(), await room.Visit(await room.Institution()));
        await Mail(room, await room.Visit(await room.Institution("9002")), "S0", "001");
        var mails = new Dictionary<string, string>();
        foreach (var status in new[] { "queued", "sent", "failed" })
        {
            foreach (var attempts in new[] { 1, 2, 1, 3 })
            {
                var id = await Mail(room, visit, $"S{mails.Count + 1}", "001");
                mails.Add(id, $"{status}{attempts}");
                await room.Tamper($"update outbox_mail set status = '{status}', attempts = {attempts} where id = '{id}'");
            }
        }

        async Task<string> Found(MailStatus? status, bool retried)
        {
            var (found, before) = (new List<string>(), (string?)null);
            while (await room.Look(session => store.Page(session, visit, new(status, retried), before, 2, room.Now, None)) is { Count: > 0 } page)
            {
                found.AddRange(page.Select(mail => mails[mail.Id]));
                before = page[^1].Id;
            }

            return string.Join(' ', found);
        }

        foreach (var status in new[] { MailStatus.Queued, MailStatus.Sent, MailStatus.Failed })
        {
            (await Found(status, retried: false)).ShouldBe(string.Join(' ', new[] { 3, 1, 2, 1 }.Select(attempts => $"{status.ToRow()}{attempts}")));
            (await Found(status, retried: true)).ShouldBe($"{status.ToRow()}3 {status.ToRow()}2");
        }

        (await Found(status: null, retried: true)).ShouldBe("failed3 failed2 sent3 sent2 queued3 queued2");
        (await Found(status: null, retried: false)).Split(' ').Length.ShouldBe(12);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Nobody_waits_for_the_mail_of_a_token_that_has_lapsed(string engine)
    {
        var room = await Open(engine);
        var (store, visit) = (room.Get<DeliveryStore>(), await room.Visit(await room.Institution()));
        var mail = await Mail(room, visit, "S1", "001");
        await Settle(room, mail, MailStatus.Failed, answer: null);
        await room.Tamper($"update token set expires_at = {room.Now.AddDays(1).ToUnixTimeMilliseconds()}");

        foreach (var (now, awaited) in new[] { (room.Now.AddDays(1).AddMilliseconds(-1), true), (room.Now.AddDays(1), false) })
        {
            (await room.Look(session => store.CountFailed(session, visit, now, None))).ShouldBe(awaited ? 1 : 0);
            (await room.Look(session => store.Find(session, visit, mail, now, None)))!.Resendable.ShouldBe(awaited);
        }
    }

    private static async Task<string> Mail(StoreRoom room, StaffVisit visit, string serviceId, string? branch)
    {
        var contract = await room.Contract(visit.Institution, serviceId, branch: branch);
        var token = await room.Token(visit.Institution, $"KN00000{serviceId}", TokenStatus.Issued, TokenKind.MobileApp, contract);
        var user = await room.User(contract, tokenId: token.Id);
        var email = Make.Email("hanako@docomo.ne.jp");
        return await room.Change(async tx =>
        {
            var id = await room.Get<OutboxStore>().Insert(
                tx, new(visit.Institution.Id, token.Id, MailPurpose.Download, "otp@kenshin.example", "湖畔", email, "件名", "本文", room.Now.AddDays(1)), room.Now, None);
            await room.Get<IssuanceStore>().Insert(tx, new MailIssuance
            {
                Id = Ids.New(room.Now),
                TokenId = token.Id,
                UserRowId = user.Id,
                MobileEmail = email,
                CodeExpiresAt = room.Now.AddDays(1),
                CreatedAt = room.Now,
            }, MailIssuance.NewDownloadCode(), id, None);
            return id;
        });
    }

    private static Task Settle(StoreRoom room, string id, MailStatus status, string? answer) => room.Change(async tx =>
    {
        await room.Get<OutboxStore>().Lease(tx, [id], "worker", room.Now, TimeSpan.FromMinutes(1), None);
        return await room.Get<OutboxStore>().Settle(tx, "worker", [(id, new(status, room.Now, status == MailStatus.Sent ? room.Now : null, answer))], None);
    });
}
