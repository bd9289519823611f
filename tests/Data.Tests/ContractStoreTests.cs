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
    public async Task What_is_entered_anew_of_a_contract_or_a_user_is_kept_and_befalls_no_other(string engine)
    {
        var room = await Open(engine);
        var (store, institution, other) = (room.Get<ContractStore>(), await room.Institution(), await room.Institution("9002"));
        var (contract, neighbour, namesake) = (await room.Contract(institution), await room.Contract(institution, "S1000002"), await room.Contract(other));
        var (user, colleague, stranger) = (await room.User(contract), await room.User(contract, "sato"), await room.User(neighbour));
        var (changed, changedUser) = (
            contract with { Name = "湖東商店", TokenMode = TokenMode.Grouped, Branch = "002" },
            user with { DisplayName = "山田 華子", Role = UserRole.General, OtpAtLogin = true });

        await room.Change(tx => store.Cancel(tx, contract, room.Now, None));
        await room.Change(tx => store.Update(tx, changed, None)); // and it is back
        await room.Change(tx => store.Update(tx, changedUser, None));

        foreach (var expected in new[] { changed, neighbour, namesake })
            (await room.Look(session => store.Find(session, expected.InstitutionId, expected.ServiceId, None))).ShouldBe(expected);
        foreach (var (of, expected) in new[] { (contract, changedUser), (contract, colleague), (neighbour, stranger) })
            (await room.Look(session => store.FindUser(session, of, expected.UserId, None))).ShouldBe(expected);
        await room.Change(tx => store.Choose(tx, colleague, otpAtLogin: true, None));
        (await room.Look(session => store.FindUser(session, neighbour, stranger.UserId, None))).ShouldBe(stranger);
        await room.Change(tx => store.Cancel(tx, contract, room.Now, None));
        foreach (var kept in new[] { neighbour, namesake })
            (await room.Look(session => store.Find(session, kept.InstitutionId, kept.ServiceId, None))).ShouldBe(kept);
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
