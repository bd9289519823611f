using KenshinOtp.Security;

namespace KenshinOtp.Data.Tests;

/// <summary>What the database says of the master keys, and what a process makes of it.</summary>
public sealed class KeyRegisterTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_key_is_prepared_then_seals_and_is_an_earlier_one_in_the_end(string engine)
    {
        var room = await Begun(engine);
        var register = room.Get<KeyRegister>();
        (await Stand(room)).ShouldBe("0001, before: , next: , open: False");

        (await room.Change(tx => register.Prepare(tx, Add(room), None))).ShouldBeTrue();
        (await room.Change(tx => register.Prepare(tx, "0002", None))).ShouldBeFalse();
        (await Stand(room)).ShouldBe("0001, before: , next: 0002, open: False");

        (await room.Change(tx => register.Activate(tx, "0002", mustBePrepared: false, None))).ShouldBeTrue();
        (await room.Change(tx => register.Activate(tx, "0002", mustBePrepared: false, None))).ShouldBeFalse();
        (await Stand(room)).ShouldBe("0002, before: 0001, next: , open: True");

        (await room.Change(tx => register.Finish(tx, "0002", None))).ShouldBeTrue();
        (await room.Change(tx => register.Finish(tx, "0002", None))).ShouldBeFalse();
        (await room.Change(tx => register.Activate(tx, Add(room), mustBePrepared: false, None))).ShouldBeTrue();
        (await room.Change(tx => register.Finish(tx, "0003", None))).ShouldBeTrue();
        (await Stand(room)).ShouldBe("0003, before: 0001 0002, next: , open: False");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Only_the_rotation_to_the_key_that_seals_is_under_way(string engine)
    {
        var room = await Begun(engine);
        await room.Change(tx => room.Get<KeyRegister>().Activate(tx, Add(room), mustBePrepared: false, None));
        await room.Change(tx => room.Get<KeyRegister>().Activate(tx, Add(room), mustBePrepared: false, None));
        await room.Change(tx => room.Get<KeyRegister>().Finish(tx, "0003", None));

        (await Stand(room)).ShouldBe("0003, before: 0001 0002, next: , open: False");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Another_process_seals_with_the_key_that_the_database_names_and_not_with_the_newest_it_has(string engine)
    {
        var room = await Begun(engine);
        Add(room);
        var other = Beside(room);

        await other.Get<KeyCheck>().Verify(None);
        other.Get<IKeyRing>().CurrentId.ShouldBe("0001");
        await room.Change(tx => room.Get<KeyRegister>().Activate(tx, "0002", mustBePrepared: false, None));
        (await other.Get<KeyCheck>().Follow(None)).ShouldBeTrue();
        other.Get<IKeyRing>().CurrentId.ShouldBe("0002");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_host_may_lack_any_key_but_the_one_that_seals(string engine)
    {
        var room = await Begun(engine);
        var (host, late) = (Elsewhere(room), Elsewhere(room));
        await room.Change(tx => room.Get<KeyRegister>().Prepare(tx, Add(room), None));
        (await Stand(host)).ShouldBe("0001, before: , next: 0002, open: False");

        await room.Change(tx => room.Get<KeyRegister>().Activate(tx, "0002", mustBePrepared: false, None));

        (await Should.ThrowAsync<KeyMissingException>(() => Stand(host))).Message.ShouldContain("'0002'");
        (await Should.ThrowAsync<KeyMissingException>(() => late.Get<KeyCheck>().Verify(None))).Message.ShouldContain("'0002'");
        late.Get<IKeyRing>().CurrentId.ShouldBe("0001");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_row_that_was_made_up_or_moved_counts_for_nothing(string engine)
    {
        var room = await Begun(engine);
        foreach (var tampering in new[]
        {
            "insert into key_check (key_id, proof) values ('0002', 'v1.0001.no box!')",
            "insert into key_check (key_id, proof) select '0002', proof from key_check where key_id = '0001'",
            "insert into key_check (key_id, proof) select '0001.open', proof from key_check where key_id = '0001'",
        })
        {
            (await room.Tamper(tampering)).ShouldBe(1);
            await Should.ThrowAsync<KeyMissingException>(() => Stand(room), tampering);
            await room.Tamper("delete from key_check where key_id <> '0001'");
        }

        (await Stand(room)).ShouldBe("0001, before: , next: , open: False");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_processes_that_start_on_a_new_database_at_once_one_names_its_key_and_all_follow(string engine)
    {
        var first = await Open(engine);
        var processes = Enumerable.Range(0, 6).Select(_ => Beside(first)).Append(first).ToList();

        await Task.WhenAll(processes.Select(process => Task.Run(() => process.Get<KeyCheck>().Verify(None))));

        (await Stand(first)).ShouldBe("0001, before: , next: , open: False");
        processes.ShouldAllBe(process => process.Get<IKeyRing>().CurrentId == "0001");
    }

    private static string Add(StoreRoom room) => room.Get<IKeyRing>().Add(room.Get<IKeyRing>().Ids[^1]);

    private static async Task<string> Stand(StoreRoom room)
    {
        var stand = await room.Look(session => room.Get<KeyRegister>().Read(session, None));
        return $"{stand.Current}, before: {string.Join(' ', stand.Earlier)}, next: {stand.Prepared}, open: {stand.Resealing}";
    }
}
