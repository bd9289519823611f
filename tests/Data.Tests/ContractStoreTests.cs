using KenshinOtp.Contracts;

namespace KenshinOtp.Data.Tests;

public sealed class ContractStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Japanese_at_the_limit_of_its_column_comes_back_as_it_was(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<ContractStore>(), await room.Institution());
        var contract = await room.Contract(institution, new string('S', 64), Make.Japanese(100), branch: null);
        var user = await room.User(contract, new string('u', 64), string.Concat(Enumerable.Repeat("𠮷", 50)));

        (await room.Look(session => store.Find(session, institution.Id, contract.ServiceId, None))).ShouldBe(contract);
        (await room.Look(session => store.FindUser(session, contract, user.UserId, None))).ShouldBe(user);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_name_that_grows_when_it_is_folded_for_the_search_fits(string engine)
    {
        var room = await Open(engine);
        var contract = await room.Contract(await room.Institution(), name: new string('㍿', 100));
        await room.User(contract, name: new string('ﷺ', 100)); // 18 characters each, once folded
        var changed = contract with { Name = string.Concat(Enumerable.Repeat("㌔㌘", 50)) };

        await room.Change(tx => room.Get<ContractStore>().Update(tx, changed, None));

        (await room.Look(session => room.Get<ContractStore>().Find(session, contract.InstitutionId, contract.ServiceId, None))).ShouldBe(changed);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Users_are_listed_by_the_bytes_of_their_ids_and_case_matters(string engine)
    {
        var room = await Open(engine);
        var contract = await room.Contract(await room.Institution());
        string[] ids = ["b", "B", "a", "A", "_", "-", ".", "@", "9", "10", "Z", "z", "a1", "a-1", "aZ"];
        foreach (var id in ids)
            await room.User(contract, id);

        (await room.Look(session => room.Get<ContractStore>().Users(session, contract, None))).Select(user => user.UserId.Value)
            .ShouldBe(ids.Order(StringComparer.Ordinal));
        (await room.Look(session => room.Get<ContractStore>().FindUser(session, contract, Make.UserId("AZ"), None))).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_contract_is_cancelled_once(string engine)
    {
        var room = await Open(engine);
        var contract = await room.Contract(await room.Institution());

        (await room.AtOnce(6, (tx, _) => room.Get<ContractStore>().Cancel(tx, contract, room.Now, None))).Count(won => won).ShouldBe(1);

        (await room.Look(session => room.Get<ContractStore>().Find(session, contract.InstitutionId, contract.ServiceId, None)))!.CancelledAt.ShouldBe(room.Now);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Who_holds_a_contract_is_followed_by_the_next_who_sees_what_the_first_did(string engine)
    {
        var room = await Open(engine);
        var (store, contract) = (room.Get<ContractStore>(), await room.Contract(await room.Institution()));

        await room.AtOnce(10, async (tx, i) =>
        {
            await store.Hold(tx, contract.InstitutionId, contract.ServiceId, None);
            if ((await store.Users(tx, contract, None)).Count == 0)
                await store.Insert(tx, new User(Ids.New(room.Now), contract.Id, Make.UserId($"u{i}"), "山田", UserRole.General, OtpAtLogin: true, TokenId: null), room.Now, None);
            return true;
        });

        (await room.Look(session => store.Users(session, contract, None))).ShouldHaveSingleItem().OtpAtLogin.ShouldBeTrue();
    }
}
