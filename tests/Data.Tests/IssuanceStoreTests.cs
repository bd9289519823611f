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
        (await room.Change(tx => store.Succeed(tx, issuance, code, 5, None))).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_link_that_was_replaced_no_longer_serves(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var (store, next) = (room.Get<IssuanceStore>(), MailIssuance.NewDownloadCode());
        var mailId = await Mail(room, issuance.TokenId);

        (await room.Change(tx => store.Relink(tx, issuance with { MobileEmail = Make.Email("other@docomo.ne.jp") }, next, mailId, None))).ShouldBeTrue();

        (await room.Change(tx => store.Succeed(tx, issuance, code, 5, None))).ShouldBeFalse();
        (await room.Change(tx => store.Succeed(tx, issuance, next, 5, None))).ShouldBeTrue();
        (await room.Look(session => store.ByCode(session, next, None)))!.MobileEmail.Value.ShouldBe("other@docomo.ne.jp");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_pin_of_a_token_that_serves_or_is_dead_is_forgotten_once_its_link_is(string engine)
    {
        var (room, issuance, code) = await Issued(engine);
        var store = room.Get<IssuanceStore>();

        (await room.Change(tx => store.ForgetPins(tx, issuance.CodeExpiresAt, None))).ShouldBe(0); // it waits for its activation
        var token = await room.Reread(issuance.TokenId);
        await room.Change(tx => room.Get<TokenStore>().Revoke(tx, token, room.Now, None));
        (await room.Change(tx => store.ForgetPins(tx, issuance.CodeExpiresAt.AddSeconds(-1), None))).ShouldBe(0);
        (await room.Change(tx => store.ForgetPins(tx, issuance.CodeExpiresAt, None))).ShouldBe(1);
        (await room.Look(session => store.ByCode(session, code, None)))!.PinHash.ShouldBeNull();
    }

    private async Task<(StoreRoom Room, MailIssuance Issuance, BearerCode Code)> Issued(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var contract = await room.Contract(institution);
        var token = await room.Token(institution, status: TokenStatus.Issued, kind: TokenKind.MobileApp, contract: contract);
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
        return (room, issuance, code);
    }

    private static async Task<string> Mail(StoreRoom room, string tokenId)
    {
        var token = await room.Reread(tokenId);
        return await room.Change(tx => room.Get<OutboxStore>().Insert(
            tx, new(token.InstitutionId, tokenId, MailPurpose.Download, "otp@kenshin.example", "湖畔", Make.Email("hanako@docomo.ne.jp"), "件名", "本文", room.Now.AddDays(1)), room.Now, None));
    }
}
