using System.Data.Common;
using KenshinOtp.Institutions;
using KenshinOtp.Security;

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
    public async Task Processes_that_start_at_once_leave_one_proof_of_their_key(string engine)
    {
        var room = await Open(engine);
        room.Get<IKeyRing>().CurrentId.ShouldBe("0001"); // the key itself is there before
        StoreRoom[] nodes = [room, Beside(room), Beside(room), Beside(room)];

        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Get<KeyCheck>().Verify(None))));

        (await room.Look(session => session.Find<long>("select count(*) from key_check", args: null, None))).ShouldBe(1);
    }
}
