using System.Text;
using KenshinOtp.Audit;
using KenshinOtp.Idempotency;
using KenshinOtp.Otp;
using KenshinOtp.Outbox;
using KenshinOtp.Rotation;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Tokens;

namespace KenshinOtp.Data.Tests;

/// <summary>A new master key, with something sealed in every column that holds such a thing.</summary>
public sealed class KeyRotationTests : StoreTest
{
    private const int MoreThanAPage = 501;

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Everything_that_is_sealed_opens_afterwards_with_the_new_key(string engine)
    {
        var room = await Furnished(engine, MoreThanAPage);
        var before = await Opened(room);
        before.Keys.Select(row => row.Column).Distinct(StringComparer.Ordinal).ShouldBe(SealedColumn.All.Select(column => column.Name), "a new column needs a row here");

        var rotated = await Finish(room, room.Get<KeyRotation>().Rotate((_, _, _) => { }, None));

        (rotated.Key, rotated.Resumed, rotated.Complete).ShouldBe(("0002", false, true));
        rotated.Resealed.Values.ShouldBe(before.Keys.GroupBy(row => row.Column, (column, rows) => KeyValuePair.Create(column, (long)rows.Count())), ignoreOrder: true);
        (await Opened(room)).ShouldBe(before);
        (await SealedWith(room, "0002"), await SealedWith(room, "0001")).ShouldBe((before.Count, 0));
        rotated.OldKeys.ShouldHaveSingleItem().ShouldBe(new OldKey("0001", Here: true, SealedValues: 0, StaffPasswords: 0, ActivationPins: 0, RememberedCalls: 0, AuditTrail: true));
        (await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None)).Fault.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_was_stopped_is_gone_on_with_by_another_process_with_the_same_key(string engine)
    {
        var room = await Furnished(engine);
        var before = await Opened(room);
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => room.Get<KeyRotation>().Rotate(
            (_, done, _) =>
            {
                if (done > 0)
                    stop.Cancel();
            }, stop.Token));

        (await SealedWith(room, "0002")).ShouldBe(1);
        var other = Beside(room);
        var rotated = await Finish(room, other.Get<KeyRotation>().Rotate((_, _, _) => { }, None));
        (rotated.Key, rotated.Resumed, rotated.Complete, rotated.Resealed.Total).ShouldBe(("0002", true, true, before.Count - 1));
        (await SealedWith(room, "0001")).ShouldBe(0);
        (await Opened(room)).ShouldBe(before);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_value_that_is_no_longer_the_one_that_was_read_is_not_overwritten(string engine)
    {
        var room = await Furnished(engine);

        foreach (var column in SealedColumn.All)
        {
            var read = (await Values(room, column))[0];
            (await room.Change(tx => column.Replace(tx, read, "v1.0001.meanwhile", None))).ShouldBeTrue(column.Name);

            (await room.Change(tx => column.Replace(tx, read, "v1.0002.late", None))).ShouldBeFalse(column.Name);

            (await Values(room, column))[0].Text.ShouldBe("v1.0001.meanwhile", column.Name);
        }
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_secret_that_changes_while_the_one_before_it_is_sealed_anew_stays_and_meets_the_next_pass(string engine)
    {
        var room = await Begun(engine);
        var token = await room.Token(await room.Institution());
        var secret = TokenSecret.Random(OtpAlgorithm.Sha1);
        var changed = room.Get<TokenSecrets>().Seal(token.Id, secret);
        var key = room.Get<IKeyRing>().Add("0001");
        var sealer = new Sealer(new InterruptedKeyRing(room.Get<IKeyRing>(), () => room.Tamper($"update token set secret = '{changed}'")));

        var resealed = await Finish(room, new Resealing(room.Database, sealer, room.Clock).Run(key, (_, _, _) => { }, None));

        resealed.Values.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("token.secret", 1L));
        var now = (await room.Reread(token.Id)).Secret.ShouldNotBeNull();
        now.ShouldStartWith("v1.0002.");
        room.Get<TokenSecrets>().Open(token.Id, now).Reveal().ToArray().ShouldBe(secret.Reveal().ToArray());
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_two_hosts_that_make_a_key_of_their_own_at_once_the_later_is_refused_and_seals_nothing(string engine)
    {
        var room = await Furnished(engine);
        var before = await Opened(room);
        var host = Elsewhere(room);
        using var stop = new CancellationTokenSource();
        var late = Interrupted(host, () => Should.ThrowAsync<OperationCanceledException>(() => room.Get<KeyRotation>().Rotate((_, _, _) => stop.Cancel(), stop.Token)));

        (await Should.ThrowAsync<KeyMissingException>(() => Finish(room, late.Rotate((_, _, _) => { }, None)))).Message.ShouldContain("'0002'");

        host.Get<IKeyRing>().CurrentId.ShouldBe("0001");
        (await SealedWith(room, "0002")).ShouldBe(0);
        (await Finish(room, room.Get<KeyRotation>().Rotate((_, _, _) => { }, None))).Resumed.ShouldBeTrue();
        (await Opened(room)).ShouldBe(before);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_two_hosts_that_prepare_a_key_of_their_own_at_once_the_later_is_refused(string engine)
    {
        var room = await Begun(engine);
        var late = Interrupted(Elsewhere(room), () => room.Get<KeyRotation>().Prepare(None));

        (await Should.ThrowAsync<KeyMissingException>(() => late.Prepare(None))).Message.ShouldContain("'0002'");

        (await room.Get<KeyRotation>().Prepare(None)).Value.ShouldBe(new PreparedKey("0002", Made: false));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_two_calls_that_prepare_with_the_same_keys_at_once_one_has_made_the_key(string engine)
    {
        var room = await Begun(engine);
        var made = new List<PreparedKey>();
        var late = Interrupted(Beside(room), async () => made.Add((await room.Get<KeyRotation>().Prepare(None)).Value!));

        made.Add((await late.Prepare(None)).Value!);

        made.ShouldBe([new("0002", Made: true), new("0002", Made: false)]);
        (await Noted(room, "keys.prepared")).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_two_calls_that_begin_to_make_a_key_in_one_directory_at_once_one_makes_it(string engine)
    {
        var room = await Begun(engine);
        var made = new List<PreparedKey>();
        var late = Interrupted(Beside(room), async () => made.Add((await room.Get<KeyRotation>().Prepare(None)).Value!), beforeMaking: true);

        made.Add((await late.Prepare(None)).Value!);

        made.ShouldBe([new("0002", Made: true), new("0002", Made: false)]);
        room.Get<IKeyRing>().Ids.ShouldBe(["0001", "0002"]);
        (await Noted(room, "keys.prepared")).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_rotation_that_begins_to_make_its_key_while_another_one_does_goes_on_with_the_same_key(string engine)
    {
        var room = await Furnished(engine);
        var before = await Opened(room);
        using var stop = new CancellationTokenSource();
        var late = Interrupted(
            Beside(room), () => Should.ThrowAsync<OperationCanceledException>(() => room.Get<KeyRotation>().Rotate((_, _, _) => stop.Cancel(), stop.Token)), beforeMaking: true);

        var rotated = await Finish(room, late.Rotate((_, _, _) => { }, None));

        (rotated.Key, rotated.Complete).ShouldBe(("0002", true));
        room.Get<IKeyRing>().Ids.ShouldBe(["0001", "0002"]);
        (await Opened(room)).ShouldBe(before);
        (await Noted(room, "keys.activated")).ShouldBe(1);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public Task Calls_at_the_same_moment_are_one_rotation(string engine) => AreOneRotation(engine, prepared: true);

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public Task Calls_at_the_same_moment_that_make_the_key_themselves_are_one_rotation(string engine) => AreOneRotation(engine, prepared: false);

    private async Task AreOneRotation(string engine, bool prepared)
    {
        var room = await Furnished(engine);
        var before = await Opened(room);
        if (prepared)
            await room.Get<KeyRotation>().Prepare(None);
        StoreRoom[] processes = [room, Beside(room), Beside(room), Beside(room)];

        using var gate = new Barrier(processes.Length); // on a busy machine the last would begin when the first has ended, which is another rotation
        var calls = processes.Select(process => Task.Factory.StartNew(
            async () =>
            {
                await using (var session = await process.Get<Database>().Read(None))
                {
                    await process.Get<KeyRegister>().Read(session, None); // whoever had to connect first, or asked a server for the first time, would come late
                    gate.SignalAndWait();
                }

                return await process.Get<KeyRotation>().Rotate((_, _, _) => { }, None);
            }, None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap());

        var rotated = await Finish(room, Task.WhenAll(calls));

        rotated.ShouldAllBe(one => one.Key == "0002" && one.Complete);
        rotated.Sum(one => one.Resealed.Total).ShouldBe(before.Count);
        (await Opened(room)).ShouldBe(before);
        (await Noted(room, "keys.activated"), await Noted(room, "keys.rotated")).ShouldBe((1, 1));
        room.Get<IKeyRing>().Ids.ShouldBe(["0001", "0002"]);
    }

    /// <summary>A room with a value in every sealed column, and answers of two callers.</summary>
    private async Task<StoreRoom> Furnished(string engine, int answers = 1)
    {
        var room = await Begun(engine);
        var sealer = room.Get<Sealer>();
        var institution = await room.Institution();
        var token = await room.Token(institution);
        await room.Change(tx => tx.Execute(
            "update token set next_secret = @Next where id = @Id", new { Next = room.Get<TokenSecrets>().Seal(token.Id, TokenSecret.Random(OtpAlgorithm.Sha1)), token.Id }, None));
        foreach (var (login, proved) in new[] { ("suzuki", true), ("sato", false) })
        {
            var member = (await room.Visit(institution, login)).Member;
            await room.Change(tx => room.Get<StaffStore>().Offer(tx, member, sealer.Seal(Encoding.UTF8.GetBytes(login), StaffToken.Place(member.Id)), None));
            var offered = (await room.Look(session => room.Get<StaffStore>().ById(session, member.Id, None))).ShouldNotBeNull();
            if (proved)
                await room.Change(tx => room.Get<StaffStore>().Enroll(tx, offered, 1, 0, None));
        }

        await room.Get<HttpKeys>().Add("key", Make.Japanese(500), None);
        await room.Change(tx => room.Get<OutboxStore>().Insert(tx, new(
            institution.Id, token.Id, MailPurpose.Download, "otp@kenshin.example", "しんくみ", Make.Email("yamada@docomo.ne.jp"), "件名", Make.Japanese(3000), room.Now.AddDays(1)), room.Now, None));
        await room.Change(async tx =>
        {
            foreach (var (client, key) in Enumerable.Range(0, answers).Select(i => ("client A", $"{i:D4}")).Append(("client B", "0000")))
            {
                var body = sealer.Seal(Encoding.UTF8.GetBytes($"{client} {key}"), AnswerStore.Place(new(client, key)));
                room.Get<AnswerStore>().Insert(tx, new(client, key), new("fingerprint", 200, "application/json", body), room.Now);
            }
        });
        return room;
    }

    /// <summary>A rotation that has its key made while something else happens.</summary>
    private static KeyRotation Interrupted(StoreRoom room, Func<Task> meanwhile, bool beforeMaking = false) => new(
        room.Database, room.Get<Races>(), room.Get<KeyRegister>(), new InterruptedKeyRing(room.Get<IKeyRing>(), meanwhile, beforeMaking), room.Get<Resealing>(), room.Get<KeyUses>(),
        room.Get<Journal>(), room.Clock);

    /// <summary>Lets the pause pass in which running processes take up the key.</summary>
    private static async Task<T> Finish<T>(StoreRoom room, Task<T> work)
    {
        while (!work.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
            room.Clock.Advance(KeyWatch.Settled);
        }

        return await work;
    }

    private static async Task<List<SealedValue>> Values(StoreRoom room, SealedColumn column)
    {
        await using var session = await room.Database.Read(None);
        var values = new List<SealedValue>();
        for (var owner = await column.NextOwner(session, after: null, None); owner is not null; owner = await column.NextOwner(session, owner, None))
            values.AddRange(await column.Page(session, keyId: "none", owner, after: "", 10_000, None));
        return values;
    }

    /// <summary>What every sealed value opens to.</summary>
    private static async Task<Dictionary<(string Column, string? Owner, string Id), string>> Opened(StoreRoom room)
    {
        var opened = new Dictionary<(string, string?, string), string>();
        foreach (var column in SealedColumn.All)
            foreach (var value in await Values(room, column))
                opened.Add((column.Name, value.Owner, value.Id), Convert.ToHexString(room.Get<Sealer>().Open(value.Text, column.Place(value))));
        return opened;
    }

    private static async Task<long> SealedWith(StoreRoom room, string keyId)
    {
        var count = 0L;
        foreach (var column in SealedColumn.All)
            count += await room.Look(session => column.CountWith(session, keyId, None));
        return count;
    }

    private static Task<long> Noted(StoreRoom room, string action) =>
        room.Look(session => session.Find<long>("select count(*) from audit_entry where action = @Action", new { Action = action }, None));
}
