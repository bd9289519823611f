using System.Data.Common;
using System.Security.Cryptography;
using KenshinOtp.Institutions;
using KenshinOtp.Security;
using KenshinOtp.Staff;

namespace KenshinOtp.Data.Tests;

public sealed class InstitutionStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task An_institution_is_read_as_it_was_written_and_all_of_them_in_the_order_of_their_codes(string engine)
    {
        var room = await Open(engine);
        var (store, desk) = (room.Get<InstitutionStore>(), room.Get<InstitutionDesk>());
        await room.Institution("9010");
        await room.Institution("0999");
        var added = (await desk.Add("9002", Make.Japanese(60), "shinkin-personal", "otp@kenshin.example", None)).Value!;

        (await room.Look(session => store.ById(session, added.Id, None))).ShouldNotBeNull().Name.ShouldBe(Make.Japanese(60));
        (await room.Look(session => store.ByCode(session, added.Code, None))).ShouldNotBeNull().Policy.MailFrom.ShouldBe("otp@kenshin.example");
        (await room.Look(session => store.All(session, None))).Select(institution => institution.Code.ToString()).ShouldBe(["0999", "9002", "9010"]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_code_is_given_to_one_institution(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();

        var failure = await Should.ThrowAsync<DbException>(() =>
            room.Change(tx => room.Get<InstitutionStore>().Insert(tx, institution with { Id = Ids.New(room.Now) }, room.Now, None)));

        room.Database.Dialect.IsUniqueViolation(failure).ShouldBeTrue();
        (await room.Get<InstitutionDesk>().Add("9001", "第二", "kenshin", mailFrom: null, None)).Problem!.Code.ShouldBe("institution_exists");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_operators_who_add_the_same_at_once_one_does_and_the_others_are_told(string engine)
    {
        var room = await Open(engine);

        var institutions = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => room.Get<InstitutionDesk>().Add("9001", "第一", "kenshin", mailFrom: null, None))));
        var people = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() =>
            room.Get<StaffAccounts>().Add(new("9001", "sato", "佐藤", Branch: null, StaffRole.HeadOffice, Password: null), None))));

        institutions.Select(added => added.Problem?.Code).Order(StringComparer.Ordinal).ShouldBe([null, .. Enumerable.Repeat("institution_exists", 5)]);
        people.Select(added => added.Problem?.Code).Order(StringComparer.Ordinal).ShouldBe([null, .. Enumerable.Repeat("staff_exists", 5)]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_policy_of_any_length_is_kept_and_its_change_is_noted(string engine)
    {
        var room = await Open(engine);
        var desk = room.Get<InstitutionDesk>();
        await room.Institution();
        var transactions = string.Join(',', Enumerable.Range(0, 60).Select(i => $"transactionOfTheBankNumber{i}"));

        (await desk.ChangePolicy("9001", [new("transactions", transactions), new("mailFromName", Make.Japanese(60))], None)).Problem.ShouldBeNull();

        var policy = (await desk.Find("9001", None)).Value!.Policy;
        (string.Join(',', policy.Transactions), policy.MailFromName).ShouldBe((transactions, Make.Japanese(60)));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_a_later_version_has_set_outlasts_a_change_by_this_one(string engine)
    {
        var room = await Open(engine);
        await room.Institution();
        var institution = (await room.Get<InstitutionDesk>().Find("9001", None)).Value!;
        await room.Tamper($"update institution set policy = '{institution.StoredPolicy.Replace("}", ",\"future\":\"1\"}", StringComparison.Ordinal)}'");

        var changed = (await room.Get<InstitutionDesk>().ChangePolicy("9001", [new("lockAfter", "7")], None)).Value.ShouldNotBeNull();

        var stored = (await room.Get<InstitutionDesk>().Find("9001", None)).Value!.StoredPolicy;
        changed.StoredPolicy.ShouldBe(stored);
        (stored.Contains("\"future\":\"1\"", StringComparison.Ordinal), stored.Contains("\"lockAfter\":\"7\"", StringComparison.Ordinal)).ShouldBe((true, true), stored);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_value_that_nobody_can_read_is_not_taken_for_another(string engine)
    {
        var room = await Open(engine);
        await room.Institution();
        var institution = (await room.Get<InstitutionDesk>().Find("9001", None)).Value!;
        await room.Tamper($"update institution set policy = '{institution.StoredPolicy.Replace("\"lockAfter\":\"", "\"lockAfter\":\"about ", StringComparison.Ordinal)}'");

        (await Should.ThrowAsync<FormatException>(() => room.Get<InstitutionDesk>().Find("9001", None))).Message.ShouldContain("lockAfter");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_key_opens_until_it_is_revoked_once(string engine)
    {
        var room = await Open(engine);
        var (keys, institution) = (room.Get<ApiKeys>(), await room.Institution());
        var text = (await keys.Add(institution.Code, Make.Japanese(60), None)).Value!;
        BearerCode.TryParse(text, out var key).ShouldBeTrue();

        (await keys.Find(key, None)).ShouldNotBeNull().Name.ShouldBe(Make.Japanese(60));
        var revoked = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => keys.Revoke(institution.Code, Make.Japanese(60), None))));

        revoked.Count(result => result.Problem is null).ShouldBe(1);
        (await keys.Find(key, None)).ShouldBeNull();
        (await keys.Add(institution.Code, Make.Japanese(60), None)).Problem.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_key_that_is_revoked_takes_no_other_with_it(string engine)
    {
        var room = await Open(engine);
        var (keys, institution, other) = (room.Get<ApiKeys>(), await room.Institution(), await room.Institution("9002"));
        var (gone, second, theirs) = (await Add(institution, "bank"), await Add(institution, "app"), await Add(other, "bank"));

        (await keys.Revoke(institution.Code, "bank", None)).Problem.ShouldBeNull();

        (await keys.Find(gone, None)).ShouldBeNull();
        foreach (var (key, name, of) in new[] { (second, "app", institution), (theirs, "bank", other) })
        {
            var found = (await keys.Find(key, None)).ShouldNotBeNull();
            (found.Name, found.Institution.Id).ShouldBe((name, of.Id));
            (await keys.Refresh(found.Id, None)).ShouldNotBeNull().Name.ShouldBe(name);
        }

        room.Clock.Advance(TimeSpan.FromMinutes(1));
        await Add(institution, "bank");
        (await keys.All(institution.Id, None)).Select(key => (key.Institution, key.Name, key.RevokedAt is null)).ShouldBe(
            [("9001", "app", true), ("9001", "bank", false), ("9001", "bank", true)]);
        (await keys.All(institutionId: null, None)).Select(key => key.Institution).ShouldBe(["9001", "9001", "9001", "9002"]);

        async Task<BearerCode> Add(Institution to, string name)
        {
            BearerCode.TryParse((await keys.Add(to.Code, name, None)).Value, out var key).ShouldBeTrue();
            return key;
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Operators_who_change_a_policy_or_add_a_key_at_once_do_not_undo_each_other(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var node = Beside(room);
        KeyValuePair<string, string>[] settings = [new("digits", "8"), new("lockAfter", "7"), new("driftSteps", "3"), new("mailFromName", "湖畔"), new("dualControl", "false")];

        await Task.WhenAll(settings.Select((setting, i) => Task.Run(() => (i % 2 == 0 ? room : node).Get<InstitutionDesk>().ChangePolicy("9001", [setting], None))));
        var added = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? room : node).Get<ApiKeys>().Add(institution.Code, "bank", None))));

        var policy = (await room.Get<InstitutionDesk>().Find("9001", None)).Value!.Policy;
        (policy.Digits, policy.LockAfter, policy.DriftSteps, policy.MailFromName, policy.DualControl).ShouldBe((8, 7, 3, "湖畔", false));
        added.Count(result => result.Problem is null).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_keys_of_forms_are_the_same_for_every_node_and_lie_there_sealed(string engine)
    {
        var room = await Open(engine);
        var node = Beside(room);

        var added = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => (i % 2 == 0 ? room : node).Get<HttpKeys>().Add("20260415", $"<key>{i}</key>", None))));

        added.Count(first => first).ShouldBe(1);
        (await node.Get<HttpKeys>().All(None)).ShouldBe([$"<key>{Array.IndexOf(added, true)}</key>"]);
        (await room.Stored.Contents()).ShouldNotContain("<key>");
        await room.Tamper("update http_key set id = '20260416'");
        await Should.ThrowAsync<CryptographicException>(() => node.Get<HttpKeys>().All(None));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Processes_that_start_at_once_leave_one_proof_of_their_key(string engine)
    {
        var room = await Open(engine);
        StoreRoom[] nodes = [room, Beside(room), Beside(room), Beside(room)];

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Get<KeyCheck>().Verify(None))));

        (await room.Look(session => session.Find<long>("select count(*) from key_check", args: null, None))).ShouldBe(1);
    }
}
