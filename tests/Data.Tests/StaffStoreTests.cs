using System.Data.Common;
using KenshinOtp.Security;
using KenshinOtp.Staff;

namespace KenshinOtp.Data.Tests;

public sealed class StaffStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_log_in_name_is_given_once_within_an_institution_and_case_matters(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var visit = await room.Visit(institution, "suzuki", "001", StaffRole.Teller);
        await room.Visit(institution, "Suzuki");

        var failure = await Should.ThrowAsync<DbException>(() => room.Visit(institution, "suzuki"));

        room.Database.Dialect.IsUniqueViolation(failure).ShouldBeTrue();
        (await room.Look(session => room.Get<StaffStore>().ByLogin(session, institution.Id, "suzuki", None))).ShouldBe(visit.Member);
        (await room.Look(session => room.Get<StaffStore>().ByLogin(session, institution.Id, "SUZUKI", None))).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Wrong_passwords_at_once_are_all_counted_and_lock_from_the_bound_on(string engine)
    {
        var room = await Open(engine);
        var (store, member) = (room.Get<StaffStore>(), (await room.Visit(await room.Institution())).Member);

        (await room.AtOnce(9, (tx, _) => store.Fail(tx, member, 5, room.Now, None))).Count(locking => locking).ShouldBe(1);

        var locked = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (locked.Failures, locked.LockedAt).ShouldBe((9, room.Now));
        (await room.Change(tx => store.Accept(tx, locked, 500, 0, None))).ShouldBeFalse();
        await room.Change(tx => store.Reset(tx, locked, "other", None));
        var fresh = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (fresh.Failures, fresh.LockedAt, fresh.PasswordHash, fresh.PasswordTemporary).ShouldBe((0, null, "other", true));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_token_is_offered_proved_and_used_once_by_many_at_once(string engine)
    {
        var room = await Open(engine);
        var (store, member) = (room.Get<StaffStore>(), (await room.Visit(await room.Institution())).Member);

        (await room.AtOnce(4, (tx, i) => store.Offer(tx, member, $"secret {i}", None))).Count(won => won).ShouldBe(1);
        var offered = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (await room.AtOnce(4, (tx, _) => store.Enroll(tx, offered, 500, 0, None))).Count(won => won).ShouldBe(1);
        var enrolled = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (enrolled.Secret, enrolled.PendingSecret).ShouldBe((offered.PendingSecret, null));
        (await room.AtOnce(4, (tx, _) => store.Accept(tx, enrolled, 501, 0, None))).Count(won => won).ShouldBe(1);
        (await room.AtOnce(4, (tx, i) => store.ChangePassword(tx, enrolled, $"hash {i}", None))).Count(won => won).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_session_is_known_by_its_cookie_until_it_has_ended_by_hand_or_by_time(string engine)
    {
        var room = await Open(engine);
        var (store, visit) = (room.Get<StaffSessionStore>(), await room.Visit(await room.Institution()));
        var cookie = BearerCode.Random(16);
        var opened = new StaffSession(Ids.New(room.Now), visit.Member.Id, SignInStage.Full, Address: null, Make.Japanese(200), room.Now, room.Now);
        await room.Change(tx => store.Insert(tx, opened, cookie, None));
        var (idle, absolute) = (room.Now.AddMinutes(-15), room.Now.AddHours(-10));

        (await room.Look(session => store.Find(session, cookie, idle, absolute, None))).ShouldBe(opened);
        (await room.Look(session => store.Find(session, cookie, room.Now, absolute, None))).ShouldBeNull();
        (await room.Look(session => store.Find(session, cookie, idle, room.Now, None))).ShouldBeNull();
        (await room.Look(session => store.Open(session, visit.Institution.Id, staffId: null, idle, absolute, None))).ShouldHaveSingleItem().Session.ShouldBe(opened);
        (await room.Look(session => store.Open(session, visit.Institution.Id, "another", idle, absolute, None))).ShouldBeEmpty();
        (await room.Change(tx => store.End(tx, opened.Id, visit.Institution.Id, "another", room.Now, None))).ShouldBeFalse();
        (await room.AtOnce(4, (tx, _) => store.End(tx, opened.Id, visit.Institution.Id, staffId: null, room.Now, None))).Count(ended => ended).ShouldBe(1);
        (await room.Look(session => store.Find(session, cookie, idle, absolute, None))).ShouldBeNull();
    }
}
