using KenshinOtp.Contracts;
using KenshinOtp.Tokens;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Data.Tests;

public sealed class TokenUsersTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_grace_period_begins_with_the_token_s_end_and_is_settled_once(string engine)
    {
        var room = await Open(engine);
        var (users, institution) = (room.Get<TokenUsers>(), await room.Institution());
        var contract = await room.Contract(institution);
        var token = await room.Token(institution, contract: contract);
        await room.User(contract, "a", tokenId: token.Id);
        await room.User(contract, "b", tokenId: token.Id);
        await room.Change(tx => users.BeginGrace(tx, token.Id, room.Now, None));
        await room.Change(tx => users.BeginGrace(tx, token.Id, room.Now.AddDays(1), None)); // begun is begun

        (await room.Look(session => users.TokenlessSince(session, institution.Id, room.Now.AddDays(-1), 9, None))).ShouldBeEmpty();
        var due = await room.Look(session => users.TokenlessSince(session, institution.Id, room.Now, 9, None));
        due.Select(user => (user.UserId, user.Since)).ShouldBe([("a", room.Now), ("b", room.Now)], ignoreOrder: true);
        (await room.Look(session => users.TokenlessSince(session, institution.Id, room.Now, 1, None))).Count.ShouldBe(1);
        (await room.AtOnce(6, (tx, _) => users.EndGrace(tx, due[0], None))).Count(won => won).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_befalls_the_users_of_one_token_befalls_no_others(string engine)
    {
        var room = await Open(engine);
        var (users, institution) = (room.Get<TokenUsers>(), await room.Institution());
        var (contract, neighbour) = (await room.Contract(institution), await room.Contract(institution, "S1000002"));
        var (token, next, theirs) = (
            await room.Token(institution, "KN00000001", contract: contract), await room.Token(institution, "KN00000002", contract: contract),
            await room.Token(institution, "KN00000003", contract: neighbour));
        var user = await room.User(contract, "a", tokenId: token.Id);
        var other = await room.User(neighbour, "b", tokenId: theirs.Id);
        async Task<IEnumerable<string>> Tokenless() =>
            (await room.Look(session => users.TokenlessSince(session, institution.Id, room.Now, 9, None))).Select(user => user.UserId);
        async Task IsWithItsUser(string tokenId)
        {
            (await room.Look(session => users.ContactOfToken(session, tokenId, None)))!.UserId.ShouldBe("a");
            (await room.Look(session => users.ContactOfToken(session, theirs.Id, None)))!.UserId.ShouldBe("b");
        }

        await room.Change(tx => users.BeginGrace(tx, token.Id, room.Now, None));
        (await Tokenless()).ShouldBe(["a"]);
        await room.Change(tx => users.BeginGrace(tx, theirs.Id, room.Now, None));
        await room.Change(tx => users.EndGrace(tx, theirs.Id, None));
        (await Tokenless()).ShouldBe(["a"]);
        await room.Change(tx => users.EndGraceOfContract(tx, neighbour, None));
        (await Tokenless()).ShouldBe(["a"]);
        await room.Change(tx => users.Move(tx, token.Id, next.Id, None));
        await IsWithItsUser(next.Id);
        await room.Change(tx => users.AssignToAll(tx, contract, token.Id, None));
        await IsWithItsUser(token.Id);
        await room.Change(tx => users.AssignTo(tx, user, next.Id, None));
        await IsWithItsUser(next.Id);
        await room.Change(tx => users.AssignTo(tx, user, token.Id, None));
        await room.Change(tx => users.Detach(tx, other, token, room.Now, None)); // it is another that this user has
        await IsWithItsUser(token.Id);
        await room.Change(tx => users.Detach(tx, theirs.Id, room.Now.AddDays(-1), None));
        (await room.Look(session => users.Count(session, token.Id, None))).ShouldBe(1);
        (await Tokenless()).ShouldBe(["b", "a"]); // the longest first
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Who_is_without_a_token_is_told_to_the_own_institution(string engine)
    {
        var room = await Open(engine);
        var (users, institution, other) = (room.Get<TokenUsers>(), await room.Institution(), await room.Institution("9002"));
        var token = await room.Token(other);
        var user = await room.User(await room.Contract(other), tokenId: token.Id);
        await room.Change(tx => users.Detach(tx, user, token with { ConfirmedAt = room.Now }, room.Now, None));

        (await room.Look(session => users.TokenlessSince(session, institution.Id, room.Now, 9, None))).ShouldBeEmpty();
        (await room.Look(session => users.TokenlessSince(session, other.Id, room.Now, 9, None))).ShouldHaveSingleItem();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Others_depend_on_a_token_unless_an_administrator_of_theirs_has_another_in_use(string engine)
    {
        var room = await Open(engine);
        var (users, institution) = (room.Get<TokenUsers>(), await room.Institution());
        var (contract, neighbour) = (await room.Contract(institution), await room.Contract(institution, "S1000002"));
        var (token, another) = (await room.Token(institution, "KN00000001", contract: contract), await room.Token(institution, "KN00000002", TokenStatus.Suspended));
        var user = await room.User(contract, "a", tokenId: token.Id);
        await room.User(neighbour, "x", tokenId: (await room.Token(institution, "KN00000003", contract: neighbour)).Id);
        Task<bool> Depend() => room.Look(session => users.OthersDependOn(session, user, token.Id, None));

        (await Depend()).ShouldBeFalse(); // there are no others
        var colleague = await room.User(contract, "b", tokenId: another.Id);
        (await Depend()).ShouldBeTrue();
        await room.Tamper("update token set status = 'inUse'");
        (await Depend()).ShouldBeFalse();
        await room.Change(tx => room.Get<ContractStore>().Update(tx, colleague with { Role = UserRole.General }, None));
        (await Depend()).ShouldBeTrue();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task One_round_tells_of_more_users_than_a_batch_holds(string engine)
    {
        var room = await Open(engine);
        var (institution, now) = (await room.Institution(), room.Now);
        var contract = await room.Contract(institution);
        await room.Change(async tx =>
        {
            for (var i = 0; i < 201; i++)
                await room.Get<ContractStore>().Insert(tx, new User(Ids.New(now), contract.Id, Make.UserId($"u{i}"), "山田", UserRole.General, OtpAtLogin: false, TokenId: null), now, None);
        });
        await room.Tamper($"update contract_user set tokenless_since = {now.ToUnixTimeMilliseconds()}");
        room.Clock.Advance(TimeSpan.FromDays(institution.Policy.UnregisteredGraceDays));

        (await room.Get<GraceJob>().RunOnce(None)).ShouldBe(201);
        (await room.Get<GraceJob>().RunOnce(None)).ShouldBe(0);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_token_goes_from_user_to_user_and_its_users_are_counted(string engine)
    {
        var room = await Open(engine);
        var (users, institution) = (room.Get<TokenUsers>(), await room.Institution());
        var contract = await room.Contract(institution);
        var (old, next) = (await room.Token(institution, "KN00000001", contract: contract), await room.Token(institution, "KN00000002", contract: contract));
        var (one, two) = (await room.User(contract, "b"), await room.User(contract, "a"));

        await room.Change(tx => users.AssignToAll(tx, contract, old.Id, None));
        (await room.Look(session => users.Count(session, old.Id, None))).ShouldBe(2);
        (await room.Look(session => users.ContactOfToken(session, old.Id, None)))!.UserId.ShouldBe("a");
        await room.Change(tx => tx.Execute("update token set holder_id = @Holder where id = @Id", new { Holder = one.Id, old.Id }, None));
        (await room.Look(session => users.ContactOfToken(session, old.Id, None)))!.UserId.ShouldBe("b"); // at whose hand it came
        (await room.Look(session => users.OthersDependOn(session, one, old.Id, None))).ShouldBeTrue();
        await room.Change(tx => users.AssignTo(tx, two, next.Id, None));
        (await room.Look(session => users.OthersDependOn(session, one, old.Id, None))).ShouldBeFalse();
        await room.Change(tx => users.Move(tx, old.Id, next.Id, None));
        await room.Change(tx => users.Detach(tx, two, next, room.Now, None));

        (await room.Look(session => room.Get<ContractStore>().Users(session, contract, None))).Select(user => user.TokenId).ShouldBe([null, next.Id]);
        (await room.Look(session => users.ContactOfToken(session, old.Id, None))).ShouldBeNull();
    }
}
