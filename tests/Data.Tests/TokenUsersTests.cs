using KenshinOtp.Contracts;

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
        await room.Change(tx => users.Detach(tx, two, next.Id, room.Now, None));

        (await room.Look(session => room.Get<ContractStore>().Users(session, contract, None))).Select(user => user.TokenId).ShouldBe([null, next.Id]);
        (await room.Look(session => users.ContactOfToken(session, old.Id, None))).ShouldBeNull();
    }
}
