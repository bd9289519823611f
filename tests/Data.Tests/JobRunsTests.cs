using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Housekeeping;
using KenshinOtp.Institutions;
using KenshinOtp.Registration;
using KenshinOtp.Tokens;
using KenshinOtp.Renewal;
using KenshinOtp.Withdrawal;

namespace KenshinOtp.Data.Tests;

public sealed class JobRunsTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_first_rounds_of_a_job_on_several_workers_at_once_are_all_kept(string engine)
    {
        var room = await Open(engine);
        StoreRoom[] workers = [room, Beside(room), Beside(room), Beside(room)];

        var done = await Task.WhenAll(workers.Select((worker, i) => Task.Run(() => worker.Get<JobRuns>().Watch("expiry", _ => Task.FromResult(i + 1), None))));

        done.ShouldBe([1, 2, 3, 4]);
        var run = (await room.Get<JobRuns>().All(None)).ShouldHaveSingleItem();
        (run.Name, run.StartedAt, run.Error).ShouldBe(("expiry", room.Now, null));
        run.Done!.Value.ShouldBeInRange(1, 4);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_round_that_fails_is_kept_without_its_words_and_thrown_on(string engine)
    {
        var room = await Open(engine);
        await room.Get<JobRuns>().Watch("mail", _ => Task.FromResult(3), None);

        await Should.ThrowAsync<TimeoutException>(() => room.Get<JobRuns>().Watch("mail", _ => throw new TimeoutException("secret"), None));

        (await room.Get<JobRuns>().All(None)).ShouldBe([new("mail", room.Now, room.Now, Done: null, nameof(TimeoutException))]);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Rounds_of_one_job_take_turns_in_a_process_and_wait_for_no_other_job(string engine)
    {
        var (room, under, most) = (await Open(engine), 0, 0);
        var runs = room.Get<JobRuns>();
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        async Task<int> Round(CancellationToken ct)
        {
            begun.TrySetResult();
            most = Math.Max(most, Interlocked.Increment(ref under));
            await end.Task.WaitAsync(ct);
            await Task.Delay(10, ct);
            return Interlocked.Decrement(ref under);
        }

        var rounds = Enumerable.Range(0, 4).Select(_ => Task.Run(() => runs.Watch("seal", Round, None))).ToList();
        await begun.Task;
        (await runs.Watch("mail", _ => Task.FromResult(1), None)).ShouldBe(1);
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Should.ThrowAsync<OperationCanceledException>(() => runs.Watch("seal", _ => Task.FromResult(1), gone.Token));
        end.SetResult();

        (await Task.WhenAll(rounds)).ShouldBe([0, 0, 0, 0]);
        most.ShouldBe(1);
        (await runs.Watch("seal", _ => throw new TimeoutException(), None).ContinueWith(round => round.IsFaulted)).ShouldBeTrue();
        (await runs.Watch("seal", _ => Task.FromResult(1), None)).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task When_the_last_good_round_was_is_known_however_many_have_failed_since(string engine)
    {
        var room = await Open(engine);
        var (runs, good) = (room.Get<JobRuns>(), room.Now);
        await runs.Watch("mail", _ => Task.FromResult(0), None);
        room.Clock.Advance(TimeSpan.FromSeconds(2));
        await Should.ThrowAsync<TimeoutException>(() => runs.Watch("mail", _ => throw new TimeoutException(), None));
        await Should.ThrowAsync<TimeoutException>(() => runs.Watch("grace", _ => throw new TimeoutException(), None));

        (await room.Look(session => runs.LastGood(session, None))).ShouldBe([new("mail", good)]);
        (await runs.All(None)).Select(run => (run.Name, run.Done, run.Error)).ShouldBe([("grace", null, nameof(TimeoutException)), ("mail", null, nameof(TimeoutException))]);
        room.Clock.Advance(TimeSpan.FromMinutes(1));
        await runs.Watch("mail", _ => Task.FromResult(0), None);
        (await runs.All(None)).Single(run => run.Name == "mail").ShouldBe(new("mail", room.Now, room.Now, Done: 0, Error: null));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Workers_at_once_do_each_thing_once(string engine)
    {
        const int tokens = 30;
        var room = await Open(engine);
        var institution = await room.Institution(preset: "shinkin-personal");
        var contract = await room.Contract(institution);
        for (var i = 0; i < tokens; i++)
        {
            var token = await room.Token(institution, $"KN{i:D8}", contract: contract, expiresAt: room.Now.AddDays(1));
            await room.User(contract, $"u{i}", tokenId: token.Id);
            await room.Change(tx => room.Get<Contracts.TokenUsers>().BeginGrace(tx, token.Id, room.Now.AddDays(-400), None));
        }

        StoreRoom[] workers = [room, Beside(room), Beside(room)];
        var opened = await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Get<ExpiryJob>().RunOnce(None))));
        room.Clock.Advance(TimeSpan.FromDays(2));
        var expired = await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Get<ExpiryJob>().RunOnce(None))));
        var reported = await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Get<GraceJob>().RunOnce(None))));

        (opened.Sum(), expired.Sum(), reported.Sum()).ShouldBe((tokens, tokens, tokens));
        (await Count(room, "token.expiring"), await Count(room, "token.expired"), await Count(room, "user.unregistered")).ShouldBe((tokens, tokens, tokens));

        room.Clock.Advance(TimeSpan.FromDays(100));
        await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Get<CleanupJob>().RunOnce(None))));
        await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.Get<SealJob>().RunOnce(None))));
        (await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None)).Fault.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_round_does_all_that_lapses_at_one_instant_once_and_the_next_what_became_due_again(string engine)
    {
        const int tokens = 450; // more than two batches
        var room = await Open(engine);
        var token = await room.Token(await room.Institution(), expiresAt: room.Now.AddDays(1));
        await room.Change(async tx =>
        {
            for (var i = 2; i <= tokens; i++)
                await room.Get<TokenStore>().Insert(tx, token with { Id = Ids.New(room.Now), Serial = Make.Serial($"KN{i:D8}") }, None);
        });

        foreach (var due in new[] { tokens, 0 }) // the renewal opens
            (await room.Get<ExpiryJob>().RunOnce(None)).ShouldBe(due);
        room.Clock.Advance(TimeSpan.FromDays(2));
        foreach (var due in new[] { tokens, 0 })
            (await room.Get<ExpiryJob>().RunOnce(None)).ShouldBe(due);
        await room.Tamper($"update token set status = 'inUse', renewal_opened_at = null where id = '{token.Id}'");
        (await room.Get<ExpiryJob>().RunOnce(None)).ShouldBe(1); // no renewal is announced any more
        (await Count(room, "token.expiring"), await Count(room, "token.expired")).ShouldBe((tokens, tokens + 1));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Tokens_that_nobody_wanted_are_removed_unless_somebody_registers_them_first(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<RegistrationStore>(), await room.Institution());
        var contract = await room.Contract(institution);
        var user = await room.User(contract);
        await room.Token(institution, "HW00000001", TokenStatus.Unbound, TokenKind.Hardware);
        var forsaken = await room.Token(institution, "KN00000001", TokenStatus.Unbound);
        (await room.Look(session => store.Forsaken(session, room.Now.AddSeconds(-1), 9, None))).ShouldBeEmpty();
        (await room.Look(session => store.Forsaken(session, room.Now, 9, None))).ShouldBe([forsaken]);
        await Name(room, contract, institution);
        (await room.Look(session => store.Forsaken(session, room.Now, 9, None))).ShouldBe([forsaken]); // the others are named by something

        var outcomes = await room.AtOnce(8, (tx, i) => i % 2 == 0
            ? store.Delete(tx, forsaken, None)
            : store.Register(tx, forsaken, new(contract, user, Token: null), (500 + i, 0), room.Now, None));

        outcomes.Count(won => won).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_token_that_is_released_keeps_its_last_step(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<RegistrationStore>(), await room.Institution());
        var contract = await room.Contract(institution);
        var user = await room.User(contract);
        var token = await room.Token(institution, status: TokenStatus.Unbound);
        await room.Change(tx => store.Register(tx, token, new(contract, user, Token: null), (500, 2), room.Now, None));
        var registered = await room.Reread(token.Id);

        (await room.AtOnce(4, (tx, _) => store.Release(tx, registered, room.Now.AddDays(1), None))).Count(won => won).ShouldBe(1);

        var released = await room.Reread(token.Id);
        (released.Status, released.ContractId, released.LastStep, released.UnboundSince).ShouldBe((TokenStatus.Unbound, null, 500, room.Now.AddDays(1)));
        (await room.Change(tx => store.Register(tx, released, new(contract, user, Token: null), (500, 2), room.Now, None))).ShouldBeFalse();
    }

    /// <summary>Tokens without an owner, each of which another row names.</summary>
    private static async Task Name(StoreRoom room, Contract contract, Institution institution)
    {
        string[] ids = [.. await Task.WhenAll(Enumerable.Range(2, 4).Select(async i => (await room.Token(institution, $"KN0000000{i}", TokenStatus.Unbound)).Id))];
        var user = await room.User(contract, "tanaka", tokenId: ids[0]);
        var staff = (await room.Visit(institution)).Member.Id;
        const string Mail = "insert into outbox_mail (id, institution_id, token_id, purpose, from_address, from_name, to_address, message_id, subject, status, attempts, next_attempt_at, useless_after, created_at)";
        await room.Tamper($"{Mail} values ('m1', '{institution.Id}', '{ids[1]}', 'download', '-', '-', '-', '-', '-', 'sent', 0, 0, 0, 0)");
        await room.Tamper($"{Mail} values ('m2', '{institution.Id}', null, 'download', '-', '-', '-', '-', '-', 'sent', 0, 0, 0, 0)");
        await room.Tamper(
            "insert into issuance (id, token_id, user_row_id, mobile_email, code_hash, code_expires_at, failures, mail_id, created_at) "
            + $"values ('i1', '{ids[2]}', '{user.Id}', '-', '-', 0, 0, 'm2', 0)");
        foreach (var (draft, token) in new[] { ("d1", $"'{ids[3]}'"), ("d2", "null") })
        {
            await room.Tamper(
                "insert into draft (id, institution_id, action, contract_id, token_id, form_number, reason, status, drafted_by, drafted_at, expires_at) "
                + $"values ('{draft}', '{institution.Id}', 'revoke', '{contract.Id}', {token}, '-', 'lost', 'withdrawn', '{staff}', 0, 0)");
        }
    }

    private static Task<long> Count(StoreRoom room, string action) =>
        room.Look(session => session.Find<long>("select count(*) from audit_entry where action = @Action", new { Action = action }, None));
}
