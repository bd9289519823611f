using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Idempotency;
using KenshinOtp.Institutions;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Data.Tests;

/// <summary>Where the database is a network away, each statement is a round trip: what shows many things asks for them together.</summary>
public sealed class StatementCountTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_contract_and_a_page_of_tokens_take_as_many_statements_for_twenty_as_for_one(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var (contract, visit, caller) = (await room.Contract(institution), await room.Visit(institution), new Caller(institution, Actor.Job("test")));
        var counter = new CountingDialect(room.Database.Dialect);
        T Of<T>() => ActivatorUtilities.CreateInstance<T>(room.Get<IServiceProvider>(), new Database(counter));

        foreach (var count in new[] { 1, 19 })
        {
            for (var i = 0; i < count; i++)
            {
                var token = await room.Token(institution, $"KN{count:D4}{i:D4}", kind: TokenKind.MobileApp, contract: contract);
                await room.User(contract, $"u{count}-{i}", tokenId: token.Id);
            }

            (await counter.During(async () => (await Of<ContractQueries>().Contract(caller, contract.ServiceId, None)).Value.ShouldNotBeNull())).ShouldBe(2);
            (await counter.During(async () => (await Of<TokenQueries>().List(caller, new(null, null, null, 500), None)).Value.ShouldNotBeNull())).ShouldBe(1);
            (await counter.During(async () => (await Of<TokenQueries>().List(caller, new(TokenStatus.Expired, null, null, 500), None)).Value.ShouldNotBeNull())).ShouldBe(1);
            (await counter.During(async () => (await Of<StaffDesk>().Sheet(visit, contract.ServiceId, None)).Value.ShouldNotBeNull())).ShouldBe(5);
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_round_of_sealing_takes_as_many_statements_for_twenty_chains_at_rest_as_for_one(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        var counter = new CountingDialect(room.Database.Dialect);
        var job = ActivatorUtilities.CreateInstance<SealJob>(room.Get<IServiceProvider>(), new Database(counter));
        await job.RunOnce(None);
        var atRest = await counter.During(() => job.RunOnce(None));

        for (var i = 0; i < 19; i++)
            await Beside(room).Write(institution, 1);

        (await job.RunOnce(None)).ShouldBe(19);
        (await counter.During(() => job.RunOnce(None))).ShouldBe(atRest);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_answers_that_a_commit_has_remembered_are_one_statement_however_many(string engine)
    {
        var room = await Open(engine);
        var counter = new CountingDialect(room.Database.Dialect);

        (await counter.During(async () =>
        {
            await using var tx = await new Database(counter).Begin(None);
            for (var i = 0; i < 20; i++)
                room.Get<AnswerStore>().Insert(tx, new("client", $"key {i}"), new("fingerprint", 200, "application/json", "{}"), room.Now);
            await tx.Commit(None);
        })).ShouldBe(1);

        (await room.Look(session => session.Find<long>("select count(*) from idempotent_answer", args: null, None))).ShouldBe(20);
    }
}
