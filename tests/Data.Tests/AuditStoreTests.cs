using KenshinOtp.Audit;
using KenshinOtp.Support.Databases;
using KenshinOtp.Telemetry;

namespace KenshinOtp.Data.Tests;

public sealed class AuditStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Processes_that_write_at_once_have_a_chain_each_and_seals_of_workers_at_once_are_one_sequence(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        StoreRoom[] nodes = [room, Beside(room), Beside(room)];

        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Write(institution, 8))));
            await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Get<SealJob>().RunOnce(None))));
        }

        await nodes[0].Get<SealJob>().RunOnce(None);
        var report = await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None);
        report.Fault.ShouldBeNull();
        (report.Entries, report.Chains).ShouldBe((73, 3));
        report.Seals.ShouldBeInRange(3, 10);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Nobody_waits_long_behind_a_commit_that_hangs(string engine)
    {
        Skip.If(engine == TestEngines.Sqlite, "Its writers wait before they begin.");
        var room = await Open(engine);
        var institution = await room.Institution();
        using var chains = new AuditChains(room.Get<AuditStore>(), room.Get<AuditMac>(), room.Get<Meters>()) { LongestWait = TimeSpan.FromMilliseconds(200) };
        var journal = new Journal(chains);
        var entry = new Entry("contract.changed", Actor.Job("test"), institution.Id);
        await using var hanging = await room.Database.Begin(None);
        var server = hanging.AtCommit(() => new SlowServer());
        await journal.Write(hanging, entry, room.Now, None);
        var first = hanging.Commit("first", None);
        await server.Reached;

        await using (var second = await room.Database.Begin(None))
        {
            await journal.Write(second, entry, room.Now, None);
            await Should.ThrowAsync<OverloadedException>(() => second.Commit("second", None));
        }

        server.GoOn();
        (await first).ShouldBe("first");
        await using var third = await room.Database.Begin(None);
        await journal.Write(third, entry, room.Now, None);
        (await third.Commit("third", None)).ShouldBe("third");
        (await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None)).Fault.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_chain_that_grew_is_sealed_also_where_its_beginning_went_to_an_archive(string engine)
    {
        var room = await Open(engine);
        await room.Write(await room.Institution(), 3);
        var entries = room.Get<AuditStore>();
        var chain = (await room.Look(session => entries.Begun(session, after: "", limit: 9, None)))[^1].Chain;
        await room.Change(async tx =>
        {
            await room.Get<AuditBases>().Move(tx, chain, new(1, "mac 1"), None);
            await entries.Delete(tx, chain, 1, None);
        });

        await room.Get<SealJob>().RunOnce(None);

        var last = (await room.Look(session => entries.Last(session, chain, None)))!;
        (await room.Look(session => room.Get<AuditSeals>().Newest(session, None)))!.ReadHeads()
            .ShouldContain(new SealedHead(chain, last.InstitutionId, last.Position, last.Mac));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Texts_of_any_sort_and_length_keep_their_mac(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        await room.Write(institution, 1, "nul\0, half a pair \ud83d, 髙\u200b, \r\n trailing  ");
        await room.Change(tx => room.Get<Journal>().Write(tx, new Entry("contract.changed", Actor.Staff(Make.Japanese(60), new string('f', 45)), institution.Id)
        {
            ServiceId = new string('S', 64),
            UserId = new string('u', 64),
            Serial = new string('9', 20),
            Before = Make.Japanese(300),
            After = string.Concat(Enumerable.Repeat("𠮷", 150)),
            ReceiptNumber = "0ABCDEFGHJKM",
            Detail = Make.Japanese(500),
        }, room.Now, None));

        (await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None)).Fault.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task What_is_too_long_for_its_column_is_cut_rather_than_stopping_the_change(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();

        await room.Change(tx => room.Get<Journal>().Write(tx, new Entry("institution.policyChanged", Actor.Job(Make.Japanese(80)), institution.Id)
        {
            Before = Make.Japanese(1000),
            After = string.Concat(Enumerable.Repeat("𠮷", 400)),
            Detail = Make.Japanese(2000),
            Announce = true,
        }, room.Now, None));

        (await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None)).Fault.ShouldBeNull();
        var entry = (await room.Get<AuditQueries>().Page(institution.Id, new() { Action = "institution.policyChanged" }, cursor: null, 1, None)).Value!.Items[0];
        (entry.Before!.Length, entry.After!.Length, entry.Detail!.Length).ShouldBe((300, 300, 500));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task The_trail_is_read_newest_first_and_streamed_oldest_first_every_entry_once(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        await room.Write(await room.Institution("9002"), 2);
        for (var i = 0; i < 4; i++)
        {
            await room.Write(institution, 3); // of one millisecond
            room.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var (read, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = (await room.Get<AuditQueries>().Page(institution.Id, new(), cursor, 4, None)).Value!;
            read.AddRange(page.Items.Select(entry => entry.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        var streamed = new List<string>();
        await foreach (var entry in room.Get<AuditQueries>().Stream(institution.Id, new(), None))
            streamed.Add(entry.Id);

        (read.Count, read.Distinct(StringComparer.Ordinal).Count()).ShouldBe((13, 13));
        streamed.ShouldBe(Enumerable.Reverse(read));
        read.ShouldBe(read.OrderDescending(StringComparer.Ordinal));
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_filter_asks_for_what_is_set_and_nothing_else(string engine)
    {
        var room = await Open(engine);
        var institution = await room.Institution();
        await room.Write(institution, 2);
        room.Clock.Advance(TimeSpan.FromMinutes(1));
        await room.Change(tx => room.Get<Journal>().Write(
            tx, new Entry("token.revoked", Actor.Staff("suzuki", address: null), institution.Id) { UserId = "yamada", Serial = "KN00000001", ReceiptNumber = "0ABCDEFGHJKM" }, room.Now, None));

        async Task<int> Count(AuditFilter filter) => (await room.Get<AuditQueries>().Page(institution.Id, filter, cursor: null, 100, None)).Value!.Items.Count;
        (await Count(new())).ShouldBe(4);
        (await Count(new() { Action = "token.confirmed" })).ShouldBe(2);
        (await Count(new() { Actor = "suzuki" })).ShouldBe(1);
        (await Count(new() { Actor = "job" })).ShouldBe(2);
        (await Count(new() { ServiceId = "s1" })).ShouldBe(0);
        (await Count(new() { ServiceId = "S1", UserId = "yamada" })).ShouldBe(0);
        (await Count(new() { UserId = "yamada", Serial = "KN00000001", Receipt = "0ABCDEFGHJKM" })).ShouldBe(1);
        (await Count(new() { From = room.Now })).ShouldBe(1);
        (await Count(new() { To = room.Now })).ShouldBe(3);
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_base_moves_on_and_never_back(string engine)
    {
        var room = await Open(engine);
        var bases = room.Get<AuditBases>();

        (await room.Change(tx => bases.Move(tx, "chain", new(5, "mac 5"), None))).ShouldBeTrue();
        (await room.Change(tx => bases.Move(tx, "chain", new(4, "mac 4"), None))).ShouldBeFalse();
        (await room.AtOnce(6, (tx, _) => bases.Move(tx, "chain", new(9, "mac 9"), None))).Count(moved => moved).ShouldBe(1);

        (await room.Look(session => bases.Find(session, "chain", None))).ShouldBe(new ChainEnd(9, "mac 9"));
        (await room.Look(session => bases.Find(session, "Chain", None))).ShouldBe(ChainEnd.None);
        await room.Tamper("update audit_base set position = 3");
        (await room.Look(session => bases.Find(session, "chain", None))).ShouldBeNull();
    }

    /// <summary>Takes its time over a commit, inside the gate of the chains.</summary>
    private sealed class SlowServer : ICommitStep
    {
        private readonly TaskCompletionSource _reached = new(), _goOn = new();

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.SetResult();

        public async Task Commit(Tx tx, Func<Task> commit, CancellationToken ct)
        {
            _reached.SetResult();
            await _goOn.Task;
            await commit();
        }
    }
}
