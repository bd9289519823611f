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
        (await room.Change(tx => store.Reset(tx, locked, "other", None))).ShouldBeTrue();
        var fresh = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (fresh.Failures, fresh.LockedAt, fresh.PasswordHash, fresh.PasswordTemporary).ShouldBe((0, null, "other", true));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Wrong_passwords_of_strangers_at_once_are_all_counted_and_begin_one_pause_at_each_bound(string engine)
    {
        var room = await Open(engine);
        var (store, member) = (room.Get<StaffStore>(), (await room.Visit(await room.Institution())).Member);
        var until = room.Now.AddMinutes(5);

        (await room.AtOnce(9, (tx, _) => store.Knock(tx, member, 5, until, None))).Count(pausing => pausing).ShouldBe(1);

        var paused = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (paused.KnocksPausedUntil, paused.Failures, paused.LockedAt).ShouldBe((until, 0, null));
        (await room.Change(tx => store.Knock(tx, member, 5, until.AddDays(1), None))).ShouldBeTrue(); // the tenth
        (await room.Change(tx => store.Accept(tx, member, 500, 0, None))).ShouldBeTrue();
        (await room.Look(session => store.ById(session, member.Id, None)))!.KnocksPausedUntil.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Out_of_service_nothing_of_a_person_opens_a_door_until_back_in_service(string engine)
    {
        var room = await Open(engine);
        var (store, member) = (room.Get<StaffStore>(), (await room.Visit(await room.Institution())).Member);
        await room.Change(tx => store.Offer(tx, member, "secret", None));
        var offered = (await room.Look(session => store.ById(session, member.Id, None)))!;
        await room.Change(tx => store.Enroll(tx, offered, 500, 0, None));
        var enrolled = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (await room.Change(tx => store.Enable(tx, enrolled, "hash", None))).ShouldBeFalse();

        (await room.AtOnce(3, (tx, _) => store.Disable(tx, enrolled, "nobody's", room.Now, None))).Count(done => done).ShouldBe(1);

        var gone = (await room.Look(session => store.ById(session, member.Id, None)))!;
        (gone.MayEnter, gone.PasswordHash, gone.Secret, gone.LockedAt).ShouldBe((false, "nobody's", null, room.Now)); // what earlier versions know
        (await room.Change(tx => store.Reset(tx, gone, "hash", None))).ShouldBeFalse();
        await room.Tamper("update staff set locked_at = null"); // as an earlier version's reset would
        (await room.Look(session => store.ById(session, member.Id, None)))!.MayEnter.ShouldBeFalse();
        (await room.Change(tx => store.Accept(tx, gone, 501, 0, None))).ShouldBeFalse();
        (await room.Change(tx => store.ChangePassword(tx, gone, "hash", None))).ShouldBeFalse();
        (await room.Change(tx => store.Enable(tx, gone, "hash", None))).ShouldBeTrue();
        (await room.Look(session => store.ById(session, member.Id, None)))!.MayEnter.ShouldBeTrue();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_befalls_one_person_befalls_no_other(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<StaffStore>(), await room.Institution());
        var (id, other, gone) = ((await room.Visit(institution)).Member.Id, (await room.Visit(institution, "tanaka")).Member.Id, (await room.Visit(institution, "ueda")).Member.Id);
        await room.Tamper("update staff set failures = 3, knock_failures = 3, pending_secret = 'offered'");
        var leaving = await Read(gone);
        await room.Change(tx => store.Disable(tx, leaving, "nobody's", room.Now, None));
        foreach (var act in new Func<Tx, StaffMember, Task<bool>>[]
        {
            (tx, member) => store.ChangePassword(tx, member, "hash", None),
            (tx, member) => store.Offer(tx, member, "secret", None),
            (tx, member) => store.Enroll(tx, member, 500, 1, None),
            (tx, member) => store.Accept(tx, member, 501, 1, None),
            (tx, member) => store.Change(tx, member with { DisplayName = "鈴木 二郎", Branch = "002", Role = StaffRole.Approver }, None),
            (tx, member) => store.Knock(tx, member, 1, room.Now, None),
            (tx, member) => store.Fail(tx, member, 1, room.Now, None),
            (tx, member) => store.Reset(tx, member, "another", None),
            (tx, member) => store.Disable(tx, member, "nobody's", room.Now, None),
            (tx, member) => store.Enable(tx, member, "back", None),
        })
        {
            await room.Tamper("update staff set version = 7");
            var (member, untouched, absent) = (await Read(id), await Read(other), await Read(gone));
            (await room.Change(tx => act(tx, member))).ShouldBeTrue();
            (await Read(other)).ShouldBe(untouched);
            (await Read(gone)).ShouldBe(absent);
        }

        var colleague = await Read(other);
        await room.Change(tx => store.Knock(tx, colleague, 5, room.Now, None)); // the fourth
        (await Read(other)).KnocksPausedUntil.ShouldBeNull();

        async Task<StaffMember> Read(string member) => (await room.Look(session => store.ById(session, member, None)))!;
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Whoever_begins_anew_keeps_nothing_of_the_token_and_the_tries_before(string engine)
    {
        var room = await Open(engine);
        var (store, id) = (room.Get<StaffStore>(), (await room.Visit(await room.Institution())).Member.Id);
        await room.Tamper(
            "update staff set password_temporary = 0, secret = 'sealed', pending_secret = 'offered', last_step = 500, drift = 3, failures = 4, knock_failures = 4, knocks_paused_until = 5, locked_at = 6");
        var before = await Read();

        await room.Change(tx => store.Reset(tx, before, "another", None));

        (await Read()).ShouldBe(before with
        {
            PasswordHash = "another", PasswordTemporary = true, Secret = null, PendingSecret = null, LastStep = 0, Drift = 0, Failures = 0,
            KnocksPausedUntil = null, LockedAt = null, Version = before.Version + 1,
        });
        (await room.Change(tx => store.Knock(tx, before, 5, room.Now, None))).ShouldBeFalse(); // the first again

        async Task<StaffMember> Read() => (await room.Look(session => store.ById(session, id, None)))!;
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Nothing_is_done_on_what_was_read_before_another_change_or_a_lock(string engine)
    {
        var room = await Open(engine);
        var (store, read) = (room.Get<StaffStore>(), (await room.Visit(await room.Institution())).Member);
        Func<Tx, StaffMember, Task<bool>>[] acts =
        [
            (tx, member) => store.ChangePassword(tx, member, "hash", None),
            (tx, member) => store.Enroll(tx, member, 500, 0, None),
            (tx, member) => store.Accept(tx, member, 501, 0, None),
            (tx, member) => store.Offer(tx, member, "secret", None),
            (tx, member) => store.Change(tx, member with { DisplayName = "鈴木 二郎" }, None),
        ];
        (await room.Change(tx => store.Enroll(tx, read, 500, 0, None))).ShouldBeFalse(); // nothing was offered
        (await room.Change(tx => store.Offer(tx, read, "secret", None))).ShouldBeTrue();

        foreach (var act in acts)
            (await room.Change(tx => act(tx, read))).ShouldBeFalse();
        await room.Change(tx => store.Fail(tx, read, 1, room.Now, None));
        var locked = (await room.Look(session => store.ById(session, read.Id, None)))!;
        foreach (var act in acts[..3])
            (await room.Change(tx => act(tx, locked))).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_list_says_who_can_come_in_and_who_was_there_last_when(string engine)
    {
        var room = await Open(engine);
        var (institution, other) = (await room.Institution(), await room.Institution("9002"));
        var (store, sessions) = (room.Get<StaffStore>(), room.Get<StaffSessionStore>());
        var people = new Dictionary<string, StaffMember>(StringComparer.Ordinal);
        foreach (var login in new[] { "active", "disabled", "locked", "new" })
            people[login] = (await room.Visit(institution, login, "001", StaffRole.Teller)).Member;
        await room.Visit(other, "other");
        await room.Tamper("update staff set password_temporary = 0, secret = 'sealed' where login in ('active', 'locked')");
        await room.Change(tx => store.Fail(tx, people["locked"], 1, room.Now, None));
        await room.Change(tx => store.Disable(tx, people["disabled"], "-", room.Now, None));
        foreach (var (stage, minutes) in new[] { (SignInStage.Full, 1), (SignInStage.Full, 2), (SignInStage.Password, 3) })
        {
            var opened = new StaffSession(Ids.New(room.Now), people["active"].Id, stage, Address: null, Agent: null, room.Now.AddMinutes(minutes), room.Now.AddMinutes(minutes));
            await room.Change(tx => sessions.Insert(tx, opened, BearerCode.Random(16), None));
        }

        var listed = await room.Get<StaffQueries>().All(institution.Id, None);

        listed.Select(one => (one.Login, one.State)).ShouldBe(
            [("active", StaffState.Active), ("disabled", StaffState.Disabled), ("locked", StaffState.Locked), ("new", StaffState.New)]);
        listed.Select(one => one.LastSeenAt).ShouldBe([room.Now.AddMinutes(2), null, null, null]);
        listed[0].ShouldBe(new("9001", "active", "鈴木 一郎", "001", StaffRole.Teller, StaffState.Active, room.Now, room.Now.AddMinutes(2)));
        (await room.Get<StaffQueries>().All(institutionId: null, None)).Select(one => one.Institution).ShouldBe(["9001", "9001", "9001", "9001", "9002"]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_ends_a_session_or_all_of_a_person_ends_no_other(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<StaffSessionStore>(), await room.Institution());
        var (sato, suzuki) = ((await room.Visit(institution, "sato")).Member, (await room.Visit(institution, "suzuki")).Member);
        List<(StaffSession Session, BearerCode Cookie)> opened = [];
        foreach (var member in new[] { sato, sato, suzuki })
        {
            opened.Add((new(Ids.New(room.Now), member.Id, SignInStage.Full, Address: null, Agent: null, room.Now, room.Now), BearerCode.Random(16)));
            await room.Change(tx => store.Insert(tx, opened[^1].Session, opened[^1].Cookie, None));
        }

        await room.Change(tx => store.End(tx, opened[0].Session.Id, room.Now, None));
        (await Found()).ShouldBe([false, true, true]);
        await room.Change(tx => store.EndAll(tx, sato.Id, room.Now, None));
        (await Found()).ShouldBe([false, false, true]);

        async Task<bool[]> Found()
        {
            var found = new List<bool>();
            foreach (var (_, cookie) in opened)
                found.Add(await room.Look(session => store.Find(session, cookie, room.Now.AddMinutes(-1), room.Now.AddMinutes(-1), None)) is not null);
            return [.. found];
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Sessions_are_found_by_the_page_and_forgotten_long_after_their_last_sign_of_life(string engine)
    {
        var room = await Open(engine);
        var (store, visit) = (room.Get<StaffSessionStore>(), await room.Visit(await room.Institution()));
        for (var day = 0; day < 4; day++)
        {
            var opened = new StaffSession(Ids.New(room.Now.AddDays(day)), visit.Member.Id, SignInStage.Full, Address: null, Agent: null, room.Now.AddDays(day), room.Now.AddDays(day));
            await room.Change(tx => store.Insert(tx, opened, BearerCode.Random(16), None));
        }

        var before = room.Now.AddDays(2);
        Task<IReadOnlyList<string>> Unseen(string after) => room.Look(session => store.UnseenSince(session, before, after, 2, None));
        var first = await Unseen(after: "");
        var rest = await Unseen(first[^1]);
        (first.Count, rest.Count, (await Unseen(rest[^1])).Count).ShouldBe((2, 1, 0));

        await room.Change(tx => store.Seen(tx, first[0], before.AddMilliseconds(1), None)); // a sign of life after all, since it was found
        (await room.Change(tx => store.DeleteUnseenSince(tx, first, before, None))).ShouldBe(1);
        (await room.Change(tx => store.DeleteUnseenSince(tx, rest, before, None))).ShouldBe(1);
        (await Unseen(after: "")).ShouldBeEmpty();
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
