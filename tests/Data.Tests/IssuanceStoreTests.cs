using KenshinOtp.Housekeeping;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Security;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

public sealed class IssuanceStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task An_issuance_is_found_by_token_and_by_code_with_the_state_of_its_mail(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var store = room.Get<IssuanceStore>();

        var found = (await room.Look(session => store.ByCode(session, code, None))).ShouldNotBeNull();

        found.ShouldBe(issuance with { Mail = MailStatus.Queued });
        (await room.Look(session => store.OfToken(session, issuance.TokenId, None))).ShouldBe(found);
        (await room.Look(session => store.ByCode(session, MailIssuance.NewDownloadCode(), None))).ShouldBeNull();
        await room.Change(tx => room.Get<OutboxStore>().Supersede(tx, issuance.TokenId, MailPurpose.Download, None));
        (await room.Look(session => store.ByCode(session, code, None)))!.Mail.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Wrong_activations_at_once_are_counted_up_to_the_bound_and_void_it_once(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var store = room.Get<IssuanceStore>();

        (await room.AtOnce(12, (tx, _) => store.Fail(tx, issuance, 5, room.Now, None))).Count(counted => counted).ShouldBe(5);

        (await room.Look(session => store.ByCode(session, code, None)))!.VoidedAt.ShouldBe(room.Now);
        (await room.Change(tx => store.Succeed(tx, issuance, code, None))).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_befalls_one_issuance_befalls_no_other(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<IssuanceStore>(), await room.Institution());
        var (issuance, code) = await Issue(room, institution, 1, TokenStatus.Issued);
        var (other, otherCode) = await Issue(room, institution, 2, TokenStatus.Issued);
        var (next, mailId) = (MailIssuance.NewDownloadCode(), await Mail(room, issuance.TokenId));
        var expected = other with { Failures = 1, Mail = MailStatus.Queued };

        await room.Change(tx => store.Fail(tx, other, 5, room.Now, None));
        await room.Change(tx => store.Relink(tx, issuance, next, mailId, room.Now, None));
        await room.Change(tx => store.Succeed(tx, issuance, next, None));
        (await room.Look(session => store.ByCode(session, otherCode, None))).ShouldBe(expected);
        (await room.Look(session => store.WasReplaced(session, otherCode, None))).ShouldBeFalse();
        await room.Change(tx => store.Fail(tx, issuance, 1, room.Now, None));
        await room.Change(tx => store.ForgetPins(tx, [issuance.Id], issuance.CodeExpiresAt, None));
        await room.Change(tx => store.EraseAddresses(tx, [issuance.Id], None));
        (await room.Look(session => store.ByCode(session, otherCode, None))).ShouldBe(expected);

        await room.Change(tx => store.Relink(tx, other, MailIssuance.NewDownloadCode(), mailId, room.Now, None));
        (await room.Change(tx => store.ForgetReplacedLinks(tx, [otherCode.Hash], None))).ShouldBe(1);
        (await room.Look(session => store.WasReplaced(session, code, None))).ShouldBeTrue();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_void_issuance_takes_no_other_link_and_no_activation(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var (store, mailId) = (room.Get<IssuanceStore>(), await Mail(room, issuance.TokenId));
        for (var i = 0; i < 3; i++)
            await room.Change(tx => store.Fail(tx, issuance, 5, room.Now, None));
        (await room.Change(tx => store.Succeed(tx, issuance, code, None))).ShouldBeTrue();
        (await room.Look(session => store.ByCode(session, code, None)))!.Failures.ShouldBe(0);

        await room.Change(tx => store.Fail(tx, issuance, 1, room.Now, None));

        (await room.Change(tx => store.Succeed(tx, issuance, code, None))).ShouldBeFalse();
        (await room.Change(tx => store.Relink(tx, issuance, MailIssuance.NewDownloadCode(), mailId, room.Now, None))).ShouldBeFalse();
        (await room.Look(session => store.WasReplaced(session, code, None))).ShouldBeFalse();
        (await room.Look(session => store.ByCode(session, code, None))).ShouldNotBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_pin_of_a_link_that_came_anew_meanwhile_stays(string engine)
    {
        var (room, issuance, _) = await Issued(engine);
        var (store, mailId, next) = (room.Get<IssuanceStore>(), await Mail(room, issuance.TokenId), MailIssuance.NewDownloadCode());

        await room.Change(tx => store.Relink(tx, issuance with { CodeExpiresAt = issuance.CodeExpiresAt.AddDays(1) }, next, mailId, room.Now, None));

        (await room.Change(tx => store.ForgetPins(tx, [issuance.Id], issuance.CodeExpiresAt, None))).ShouldBe(0);
        (await room.Look(session => store.ByCode(session, next, None)))!.PinHash.ShouldBe(issuance.PinHash);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_link_that_was_replaced_no_longer_serves(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var (store, next) = (room.Get<IssuanceStore>(), MailIssuance.NewDownloadCode());
        var mailId = await Mail(room, issuance.TokenId);

        (await room.Change(tx => store.Relink(tx, issuance with { MobileEmail = Make.Email("other@docomo.ne.jp") }, next, mailId, room.Now, None))).ShouldBeTrue();

        (await room.Change(tx => store.Succeed(tx, issuance, code, None))).ShouldBeFalse();
        (await room.Change(tx => store.Succeed(tx, issuance, next, None))).ShouldBeTrue();
        (await room.Look(session => store.ByCode(session, next, None)))!.MobileEmail.ShouldBe(Make.Email("other@docomo.ne.jp"));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Every_link_that_was_replaced_is_remembered_and_no_other(string engine)
    {
        var (room, issuance, first) = await Issued(engine);
        var (store, second, third) = (room.Get<IssuanceStore>(), MailIssuance.NewDownloadCode(), MailIssuance.NewDownloadCode());
        var mailId = await Mail(room, issuance.TokenId);
        foreach (var next in new[] { second, third })
            (await room.Change(tx => store.Relink(tx, issuance, next, mailId, room.Now, None))).ShouldBeTrue();

        foreach (var (code, replaced) in new[] { (first, true), (second, true), (third, false), (MailIssuance.NewDownloadCode(), false) })
            (await room.Look(session => store.WasReplaced(session, code, None))).ShouldBe(replaced);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_link_that_was_replaced_is_forgotten_after_four_hundred_days(string engine)
    {
        var (room, issuance, first) = await Issued(engine);
        var store = room.Get<IssuanceStore>();
        var mailId = await Mail(room, issuance.TokenId);
        await room.Change(tx => store.Relink(tx, issuance, MailIssuance.NewDownloadCode(), mailId, room.Now, None));

        room.Clock.Advance(TimeSpan.FromDays(400) - TimeSpan.FromSeconds(1));
        await room.Get<CleanupJob>().RunOnce(None);
        (await room.Look(session => store.WasReplaced(session, first, None))).ShouldBeTrue();
        room.Clock.Advance(TimeSpan.FromSeconds(1));
        await room.Get<CleanupJob>().RunOnce(None);
        (await room.Look(session => store.WasReplaced(session, first, None))).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_pin_of_a_token_that_serves_or_is_dead_is_forgotten_once_its_link_is(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var store = room.Get<IssuanceStore>();

        (await ForgetPins(room, issuance.CodeExpiresAt)).ShouldBe(0); // it waits for its activation
        var token = await room.Reread(issuance.TokenId);
        await room.Change(tx => room.Get<TokenStore>().Revoke(tx, token, room.Now, None));
        (await ForgetPins(room, issuance.CodeExpiresAt.AddSeconds(-1))).ShouldBe(0);
        (await ForgetPins(room, issuance.CodeExpiresAt)).ShouldBe(1);
        (await room.Look(session => store.ByCode(session, code, None)))!.PinHash.ShouldBeNull();
        (await ForgetPins(room, issuance.CodeExpiresAt)).ShouldBe(0);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_pin_of_a_token_that_lapsed_before_it_served_is_forgotten(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var end = issuance.CodeExpiresAt.AddDays(7);
        await room.Tamper($"update token set expires_at = {end.ToUnixTimeMilliseconds()}");

        (await ForgetPins(room, end.AddMilliseconds(-1))).ShouldBe(0);
        (await ForgetPins(room, end)).ShouldBe(1);
        (await room.Look(session => room.Get<IssuanceStore>().ByCode(session, code, None)))!.PinHash.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_has_served_is_found_by_the_page_each_after_the_one_before(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var ids = new List<string>();
        foreach (var place in new[] { 1, 2, 3, 4, 5 })
        {
            var (issuance, _) = await Issue(room, institution, place, TokenStatus.InUse);
            if (place == 2)
                continue;
            ids.Add(issuance.Id);
            var token = await room.Reread(issuance.TokenId);
            await room.Change(tx => room.Get<TokenStore>().Revoke(tx, token, room.Now, None));
            await room.Tamper($"insert into replaced_link (code_hash, issuance_id, replaced_at) values ('{issuance.Id}', '{issuance.Id}', {room.Now.ToUnixTimeMilliseconds()})");
        }

        ids.Sort(StringComparer.Ordinal);
        foreach (var find in new Func<Session, string, Task<IReadOnlyList<string>>>[]
        {
            (session, after) => room.Get<IssuanceStore>().WithServedPins(session, room.Now.AddHours(24), after, 3, None),
            (session, after) => room.Get<IssuanceStore>().WithServedAddresses(session, room.Now, after, 3, None),
            (session, after) => room.Get<IssuanceStore>().LinksReplaced(session, room.Now, after, 3, None),
        })
        {
            (await room.Look(session => find(session, ""))).ShouldBe(ids[..3]);
            (await room.Look(session => find(session, ids[2]))).ShouldBe(ids[3..]);
            (await room.Look(session => find(session, ids[3]))).ShouldBeEmpty();
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_address_of_a_token_that_has_long_been_dead_is_erased_and_of_any_other_it_stays(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var (store, kept) = (room.Get<IssuanceStore>(), new List<MailIssuance>());
        foreach (var status in Enum.GetValues<TokenStatus>().Where(status => status is not TokenStatus.Revoked))
            kept.Add((await Issue(room, institution, 1 + kept.Count, status)).Issuance);
        var (dead, code) = await Issue(room, institution, 99, TokenStatus.InUse);
        var token = await room.Reread(dead.TokenId);
        await room.Change(tx => room.Get<TokenStore>().Revoke(tx, token, room.Now, None));

        (await EraseAddresses(room, room.Now.AddMilliseconds(-1))).ShouldBe(0);
        (await EraseAddresses(room, room.Now)).ShouldBe(1);
        (await EraseAddresses(room, room.Now)).ShouldBe(0);

        (await room.Look(session => store.ByCode(session, code, None))).ShouldBe(dead with { MobileEmail = null, Mail = MailStatus.Queued });
        foreach (var issuance in kept)
            (await room.Look(session => store.OfToken(session, issuance.TokenId, None)))!.MobileEmail.ShouldBe(issuance.MobileEmail);
    }

    private static async Task<int> ForgetPins(StoreRoom room, DateTimeOffset codesDeadBefore)
    {
        var ids = await room.Look(session => room.Get<IssuanceStore>().WithServedPins(session, codesDeadBefore, after: "", 500, None));
        return await room.Change(tx => room.Get<IssuanceStore>().ForgetPins(tx, ids, codesDeadBefore, None));
    }

    private static async Task<int> EraseAddresses(StoreRoom room, DateTimeOffset revokedBefore)
    {
        var ids = await room.Look(session => room.Get<IssuanceStore>().WithServedAddresses(session, revokedBefore, after: "", 500, None));
        return await room.Change(tx => room.Get<IssuanceStore>().EraseAddresses(tx, ids, None));
    }

    private async Task<(StoreRoom Room, MailIssuance Issuance, BearerCode Code)> Issued(string engine)
    {
        var room = await Open(engine);
        var (issuance, code) = await Issue(room, await room.Institution(), 1, TokenStatus.Issued);
        return (room, issuance, code);
    }

    private static async Task<(MailIssuance Issuance, BearerCode Code)> Issue(StoreRoom room, Institution institution, int place, TokenStatus status)
    {
        var contract = await room.Contract(institution, $"S{place:D7}");
        var token = await room.Token(institution, $"KN{place:D8}", status, TokenKind.MobileApp, contract);
        var user = await room.User(contract, tokenId: token.Id);
        var code = MailIssuance.NewDownloadCode();
        var issuance = new MailIssuance
        {
            Id = Ids.New(room.Now),
            TokenId = token.Id,
            UserRowId = user.Id,
            MobileEmail = Make.Email("hanako@docomo.ne.jp"),
            PinHash = "hash",
            CodeExpiresAt = room.Now.AddHours(24),
            CreatedAt = room.Now,
        };
        var mailId = await Mail(room, token.Id);
        await room.Change(tx => room.Get<IssuanceStore>().Insert(tx, issuance, code, mailId, None));
        return (issuance, code);
    }

    private static async Task<string> Mail(StoreRoom room, string tokenId)
    {
        var token = await room.Reread(tokenId);
        return await room.Change(tx => room.Get<OutboxStore>().Insert(
            tx, new(token.InstitutionId, tokenId, MailPurpose.Download, "otp@kenshin.example", "湖畔", Make.Email("hanako@docomo.ne.jp"), "件名", "本文", room.Now.AddDays(1)), room.Now, None));
    }
}
