using KenshinOtp.Staff;

namespace KenshinOtp.Data.Tests;

public sealed class DraftStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_draft_is_decided_once_by_many_at_once(string engine)
    {
        var (room, visit) = await Start(engine);
        var draft = await Draft(room, visit, "S1");

        var decided = await room.AtOnce(8, (tx, i) => room.Get<DraftStore>().Decide(
            tx, draft, i % 2 == 0 ? DraftStatus.Approved : DraftStatus.Returned, visit.Member.Id, Make.Japanese(200), room.Now, None));

        decided.Count(won => won).ShouldBe(1);
        await room.Change(tx => room.Get<DraftStore>().Keep(tx, draft, "0ABCDEFGHJKM", None));
        var read = (await room.Look(session => room.Get<DraftStore>().Find(session, visit, draft.Id, None)))!;
        (read.DeciderName, read.DecisionNote, read.ReceiptNumber, read.DecidedAt).ShouldBe(("鈴木 一郎", Make.Japanese(200), "0ABCDEFGHJKM", room.Now));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_same_is_known_to_wait_whether_it_concerns_a_token_or_the_contract(string engine)
    {
        var (room, visit) = await Start(engine);
        var draft = await Draft(room, visit, "S1");

        Task<bool> Exists(string? tokenId, StaffAction action = StaffAction.Cancel) =>
            room.Look(session => room.Get<DraftStore>().Exists(session, action, draft.ContractId, tokenId, room.Now, None));
        (await Exists(tokenId: null)).ShouldBeTrue();
        (await Exists("another token")).ShouldBeFalse();
        (await Exists(tokenId: null, StaffAction.Revoke)).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_is_decided_of_one_draft_is_decided_of_no_other(string engine)
    {
        var (room, visit) = await Start(engine);
        var store = room.Get<DraftStore>();
        var (decided, waiting, dropped) = (await Draft(room, visit, "S1"), await Draft(room, visit, "S2"), await Draft(room, visit, "S3"));
        async Task<Draft> Read(Draft draft) => (await room.Look(session => store.Find(session, visit, draft.Id, None)))!;
        Task<bool> Waits(Draft draft) => room.Look(session => store.Exists(session, draft.Action, draft.ContractId, tokenId: null, room.Now, None));

        await room.Change(tx => store.Decide(tx, decided, DraftStatus.Approved, visit.Member.Id, note: null, room.Now, None));
        await room.Change(tx => store.Keep(tx, decided, "0ABCDEFGHJKM", None));
        (await room.Change(tx => store.Drop(tx, dropped.ContractId, room.Now, None))).ShouldHaveSingleItem().ShouldBe(dropped);
        (await room.Change(tx => store.Drop(tx, decided.ContractId, room.Now, None))).ShouldBeEmpty();

        (await Read(decided)).Status.ShouldBe(DraftStatus.Approved);
        (await Read(dropped)).Status.ShouldBe(DraftStatus.Expired);
        (await Read(waiting)).ShouldBe(waiting);
        (await Waits(decided), await Waits(dropped), await Waits(waiting)).ShouldBe((false, false, true));
        (await room.Look(session => store.Open(session, visit, after: "", 9, room.Now, None))).ShouldBe([waiting]);
        (await room.Look(session => store.Next(session, visit, room.Now, None))).ShouldBeNull(); // the own one
        (await room.Look(session => store.Next(session, visit with { Member = visit.Member with { Id = "another" } }, room.Now, None))).ShouldBe(waiting);
        (await room.Look(session => room.Get<StaffStore>().Names(session, visit.Institution.Id, None))).ShouldBe([KeyValuePair.Create(visit.Member.Login, "鈴木 一郎")]);
        (await room.Look(session => store.CountOpenOnes(session, visit, room.Now, None))).ShouldBe(1);
        (await room.Change(tx => store.Expire(tx, waiting.ExpiresAt, 1, None))).ShouldBe([waiting]); // what is settled takes nobody's turn
        (await Read(decided)).Status.ShouldBe(DraftStatus.Approved);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task From_its_end_on_a_draft_waits_no_more_and_another_institution_s_is_out_of_reach(string engine)
    {
        var (room, visit) = await Start(engine);
        var (store, other) = (room.Get<DraftStore>(), await room.Visit(await room.Institution("9002")));
        var draft = await Draft(room, visit, "S1");
        async Task<(bool, int, int)> Seen(StaffVisit who, DateTimeOffset now) => (
            await room.Look(session => store.Exists(session, draft.Action, draft.ContractId, tokenId: null, now, None)),
            (await room.Look(session => store.Open(session, who, after: "", 9, now, None))).Count,
            await room.Look(session => store.CountOpenOnes(session, who, now, None)));

        (await Seen(other, room.Now)).ShouldBe((true, 0, 0));
        (await room.Look(session => store.Find(session, other, draft.Id, None))).ShouldBeNull();
        (await room.Change(tx => store.Expire(tx, draft.ExpiresAt.AddMilliseconds(-1), 9, None))).ShouldBeEmpty();
        (await Seen(visit, draft.ExpiresAt.AddMilliseconds(-1))).ShouldBe((true, 1, 1));
        (await Seen(visit, draft.ExpiresAt)).ShouldBe((false, 0, 0));
        (await room.Change(tx => store.Decide(tx, draft, DraftStatus.Approved, visit.Member.Id, note: null, draft.ExpiresAt, None))).ShouldBeFalse();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_queue_shows_what_is_within_reach_the_oldest_first(string engine)
    {
        var (room, visit) = await Start(engine);
        var teller = await room.Visit(visit.Institution, "teller", "002", StaffRole.Approver);
        List<Draft> drafts = [await Draft(room, visit, "S1"), await Draft(room, visit, "S2", "002"), await Draft(room, visit, "S3", branch: null)];

        async Task<IEnumerable<string>> Open(StaffVisit who, string after = "", int limit = 9) =>
            (await room.Look(session => room.Get<DraftStore>().Open(session, who, after, limit, room.Now, None))).Select(draft => draft.Id);
        (await Open(visit)).ShouldBe(drafts.Select(draft => draft.Id));
        (await Open(visit, drafts[0].Id, 1)).ShouldBe([drafts[1].Id]);
        (await Open(teller)).ShouldBe([drafts[1].Id]);
        (await room.Look(session => room.Get<DraftStore>().CountOpenOnes(session, teller, room.Now, None))).ShouldBe(1);
        (await room.Look(session => room.Get<DraftStore>().Find(session, teller, drafts[0].Id, None))).ShouldBeNull();
        (await room.Look(session => room.Get<DraftStore>().OfContract(session, drafts[2].ContractId, 9, None))).ShouldHaveSingleItem().ShouldBe(drafts[2]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_nobody_decided_in_time_lapses_once_on_workers_at_once(string engine)
    {
        var (room, visit) = await Start(engine);
        for (var i = 0; i < 5; i++)
            await Draft(room, visit, $"S{i}");
        var end = room.Now.AddHours(8);

        var lapsed = await room.AtOnce(3, (tx, _) => room.Get<DraftStore>().Expire(tx, end, 9, None));

        lapsed.SelectMany(some => some).Select(draft => draft.ServiceId.Value).Order().ShouldBe(["S0", "S1", "S2", "S3", "S4"]);
        (await room.Change(tx => room.Get<DraftStore>().Expire(tx, end, 9, None))).ShouldBeEmpty();
    }

    private async Task<(StoreRoom Room, StaffVisit Visit)> Start(string engine)
    {
        var room = await Open(engine);
        return (room, await room.Visit(await room.Institution()));
    }

    private static async Task<Draft> Draft(StoreRoom room, StaffVisit visit, string serviceId, string? branch = "001")
    {
        var contract = await room.Contract(visit.Institution, serviceId, Make.Japanese(100), branch);
        var draft = new Draft
        {
            Id = Ids.New(room.Now),
            InstitutionId = visit.Institution.Id,
            Action = StaffAction.Cancel,
            ContractId = contract.Id,
            ServiceId = contract.ServiceId,
            ContractName = contract.Name,
            Branch = branch,
            Paper = new(new string('9', 40), PaperReason.Other, Make.Japanese(200)),
            Status = DraftStatus.Open,
            DraftedBy = visit.Member.Id,
            DrafterName = visit.Member.DisplayName,
            DraftedAt = room.Now,
            ExpiresAt = room.Now.AddHours(8),
        };
        await room.Change(tx => room.Get<DraftStore>().Insert(tx, draft, userRowId: null, None));
        return draft;
    }
}
