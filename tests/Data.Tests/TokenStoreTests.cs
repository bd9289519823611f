using System.Data.Common;
using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Otp;
using KenshinOtp.Registration;
using KenshinOtp.Renewal;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Data.Tests;

public sealed class TokenStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_token_is_read_as_it_was_written_whatever_is_null(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();

        var token = await room.Token(institution, status: TokenStatus.Unbound);

        (token.Status, token.Kind, token.ContractId, token.HolderId, token.ExpiresAt).ShouldBe((TokenStatus.Unbound, TokenKind.SelfEnrolled, null, null, null));
        (token.IssuedAt, token.UnboundSince, token.Version, token.LastStep).ShouldBe((room.Now, room.Now, 1, 0));
        (await room.Look(session => room.Get<TokenStore>().BySerial(session, institution.Id, token.Serial, None))).ShouldBe(token);
        (await room.Look(session => room.Get<TokenStore>().ById(session, "nobody", None))).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_many_writers_who_saw_the_same_token_one_changes_it(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<TokenStore>(), await room.Institution());
        var changes = new Dictionary<TokenStatus, Func<Tx, Token, int, Task<bool>>>
        {
            [TokenStatus.Issued] = (tx, token, _) => store.Activate(tx, token, TokenStatus.Activated, "sealed", room.Now, None),
            [TokenStatus.Activated] = (tx, token, i) => store.Confirm(tx, token, TokenStatus.InUse, 1000 + i, 0, room.Now, None),
            [TokenStatus.InUse] = (tx, token, i) => store.Renew(tx, token, "sealed", room.Now.AddDays(700), 1000 + i, 0, None),
            [TokenStatus.Locked] = (tx, token, _) => store.Move(tx, token, TokenStatus.InUse, forgive: true, None),
            [TokenStatus.Suspended] = (tx, token, _) => store.Revoke(tx, token, room.Now, None),
        };
        foreach (var (status, change) in changes)
        {
            var seen = await room.Token(institution, $"KN0000000{(int)status}", status);

            var changed = await room.AtOnce(8, (tx, i) => change(tx, seen, i));

            changed.Count(won => won).ShouldBe(1, status.ToString());
            (await room.Reread(seen.Id)).Version.ShouldBe(2, status.ToString());
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_step_is_used_up_once_and_the_last_step_never_goes_back(string engine)
    {
        var room = await Open(engine);
        var (store, seen) = (room.Get<TokenStore>(), await room.Token(await room.Institution()));

        (await room.AtOnce(16, (tx, _) => store.Accept(tx, seen, 500, 0, room.Now, None))).Count(accepted => accepted).ShouldBe(1);
        await room.AtOnce(16, (tx, i) => store.Accept(tx, seen, 501 + (i * 7 % 16), 0, room.Now, None));

        (await room.Reread(seen.Id)).LastStep.ShouldBe(516);
        (await room.Change(tx => store.Accept(tx, seen, 516, 0, room.Now, None))).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_password_counts_for_nobody_whose_token_has_found_another_owner_meanwhile(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var (contract, other) = (await room.Contract(institution), await room.Contract(institution, "S2000002"));
        var seen = await room.Token(institution, contract: contract);
        var subject = new Subject(contract, await room.User(contract, tokenId: seen.Id), seen);
        await room.Change(tx => room.Get<RegistrationStore>().Release(tx, seen, room.Now, None));
        var (released, finder) = (await room.Reread(seen.Id), new Subject(other, await room.User(other, "sato"), Token: null));
        await room.Change(tx => room.Get<RegistrationStore>().Register(tx, released, finder, (1, 0), room.Now, None));
        var secret = room.Get<TokenSecrets>().Open(seen.Id, seen.Secret!);
        OtpCode.TryParse(Totp.Compute(secret.Reveal(), seen.Algorithm, seen.Digits, Totp.StepAt(room.Now, seen.Period)), out var password).ShouldBeTrue();

        var outcome = await room.Change(tx => room.Get<PasswordCheck>().Consume(
            tx, subject, seen, password, new(institution, Actor.RelyingParty("bank", address: null)), room.Now, None));

        outcome.Reason.ShouldBe(VerificationReason.TokenNotActive);
        (await room.Reread(seen.Id)).LastStep.ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_password_of_a_token_whose_date_has_come_is_not_used_up(string engine)
    {
        var room = await Open(engine);
        var seen = await room.Token(await room.Institution(), expiresAt: room.Now.AddHours(1));

        (await room.Change(tx => room.Get<TokenStore>().Accept(tx, seen, 500, 0, room.Now.AddHours(1), None))).ShouldBeFalse();
        (await room.Change(tx => room.Get<TokenStore>().Accept(tx, seen, 500, 0, room.Now.AddMinutes(59), None))).ShouldBeTrue();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Wrong_passwords_at_once_are_counted_up_to_the_bound_and_lock_once(string engine)
    {
        var room = await Open(engine);
        var seen = await room.Token(await room.Institution());

        var counted = await room.AtOnce(25, (tx, _) => room.Get<TokenStore>().Fail(tx, seen, 10, TokenStatus.Locked, None));

        counted.Count(yes => yes).ShouldBe(10);
        var locked = await room.Reread(seen.Id);
        (locked.Status, locked.Failures, locked.Version).ShouldBe((TokenStatus.Locked, 10, 2));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_renewal_is_completed_once_and_brings_secret_and_date(string engine)
    {
        var room = await Open(engine);
        var (store, token) = (room.Get<TokenStore>(), await room.Token(await room.Institution(), expiresAt: room.Now.AddDays(1)));
        await room.Change(tx => store.Renew(tx, token, "next", room.Now.AddDays(700), 500, 0, None));
        var seen = await room.Reread(token.Id);

        (await room.AtOnce(8, (tx, _) => store.Promote(tx, seen, TokenStatus.InUse, 400, 1, None))).Count(won => won).ShouldBe(1);

        var renewed = await room.Reread(token.Id);
        (renewed.Secret, renewed.NextSecret, renewed.ExpiresAt, renewed.LastStep, renewed.Drift).ShouldBe(("next", null, room.Now.AddDays(700), 400, 1));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_serial_number_is_unique_within_its_institution(string engine)
    {
        var room = await Open(engine);
        var (one, other) = (await room.Institution(), await room.Institution("9002"));
        await room.Token(one, "KN00000001");
        await room.Token(other, "KN00000001");

        var failure = await Should.ThrowAsync<DbException>(() => room.Token(one, "KN00000001"));

        room.Database.Dialect.IsUniqueViolation(failure).ShouldBeTrue();
        (await room.Look(session => room.Get<TokenStore>().BySerial(session, Make.Serial("KN00000001"), None))).Count.ShouldBe(2);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_lapses_first_is_in_the_first_batch_and_is_opened_once(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<TokenStore>(), await room.Institution());
        foreach (var days in new[] { 3, 1, 2, 40 })
            await room.Token(institution, $"KN000000{days:D2}", expiresAt: room.Now.AddDays(days));
        await room.Token(institution, "KN00000099");

        var batch = await room.Look(session => store.WhoseRenewalOpens(session, institution.Id, room.Now.AddDays(30), 2, None));
        batch.Select(token => token.Serial.Value).ShouldBe(["KN00000001", "KN00000002"]);
        (await room.AtOnce(4, (tx, _) => store.OpenRenewal(tx, batch[0], room.Now, None))).Count(won => won).ShouldBe(1);
        (await room.Look(session => store.WhoseRenewalOpens(session, institution.Id, room.Now.AddDays(30), 9, None))).Select(token => token.Serial.Value)
            .ShouldBe(["KN00000002", "KN00000003"]);
        (await room.Look(session => store.ThatLapsed(session, institution.Id, room.Now.AddDays(2), 9, None))).Count.ShouldBe(2);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task One_round_opens_and_ends_more_tokens_than_a_batch_holds(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        for (var i = 0; i < 201; i++)
            await room.Token(institution, $"KN{i:D8}", expiresAt: room.Now.AddDays(1));

        (await room.Get<ExpiryJob>().RunOnce(None)).ShouldBe(201);
        (await room.Get<ExpiryJob>().RunOnce(None)).ShouldBe(0);
        room.Clock.Advance(TimeSpan.FromDays(1));
        (await room.Get<ExpiryJob>().RunOnce(None)).ShouldBe(201);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Knocks_at_once_are_all_counted(string engine)
    {
        var room = await Open(engine);
        var token = await room.Token(await room.Institution());

        await room.AtOnce(12, async (tx, _) =>
        {
            await room.Get<Knocks>().Count(tx, token, room.Now, None);
            return true;
        });

        var knocked = await room.Reread(token.Id);
        (knocked.KnockFailures, knocked.KnocksPausedUntil, knocked.Version).ShouldBe((12, room.Now.AddMinutes(30), 1));
    }
}
