using KenshinOtp.Audit;
using KenshinOtp.Rotation;
using KenshinOtp.Security;

namespace KenshinOtp.Data.Tests;

/// <summary>A key that was prepared and is given up, on every engine.</summary>
public sealed class PreparedKeyTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_key_that_was_given_up_leaves_its_number_to_no_other_wherever_a_copy_turns_up(string engine)
    {
        var room = await Begun(engine);
        var host = Elsewhere(room);
        (await room.Get<KeyRotation>().Prepare(None)).Value.ShouldBe(new PreparedKey("0002", Made: true));
        (await Should.ThrowAsync<KeyMissingException>(() => host.Get<KeyRotation>().Prepare(None))).Message.ShouldContain("--discard-prepared");

        (await host.Get<KeyRotation>().Discard(None)).Value.ShouldBe("0002");

        (await room.Get<KeyRotation>().Prepare(None)).Value.ShouldBe(new PreparedKey("0003", Made: true), "the host that still has the other does not take it up again");
        (await room.Get<KeyRotation>().Discard(None)).Value.ShouldBe("0003");
        (await host.Get<KeyRotation>().Prepare(None)).Value.ShouldBe(new PreparedKey("0004", Made: true), "nor does one that never had it use its number");
        (await room.Get<KeyCheck>().Follow(None)).ShouldBeTrue();
        (await room.Look(session => session.Find<long>("select count(*) from audit_entry where action = 'keys.discarded'", args: null, None))).ShouldBe(2);
        (await room.Get<AuditVerifier>().Verify(institutionId: null, (_, _) => { }, None)).Fault.ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_key_with_which_anything_is_sealed_is_not_given_up(string engine)
    {
        var room = await Begun(engine);
        (await room.Get<KeyRotation>().Discard(None)).Problem!.Code.ShouldBe("nothing_prepared");
        await room.Get<KeyRotation>().Prepare(None);
        await room.Token(await room.Institution());
        (await room.Tamper("update token set secret = replace(secret, 'v1.0001.', 'v1.0002.')")).ShouldBe(1);

        (await room.Get<KeyRotation>().Discard(None)).Problem!.Code.ShouldBe("key_in_use");

        (await room.Look(session => room.Get<KeyRegister>().Read(session, None))).Prepared.ShouldBe("0002");
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Of_a_rotation_and_a_giving_up_at_the_same_moment_one_takes_place(string engine)
    {
        var room = await Begun(engine);
        await room.Get<KeyRotation>().Prepare(None);
        var beside = Beside(room);
        var rotating = Task.Run(() => room.Get<KeyRotation>().Rotate((_, _, _) => { }, None));
        var giving = Task.Run(() => beside.Get<KeyRotation>().Discard(None));

        while (!rotating.IsCompleted || !giving.IsCompleted)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
            room.Clock.Advance(KeyWatch.Settled);
        }

        var stand = await room.Look(session => room.Get<KeyRegister>().Read(session, None));
        var given = (await giving).Problem is null;
        (given ? stand.Discarded : stand.Earlier.Append(stand.Current)).ShouldContain("0002");
        stand.Earlier.Append(stand.Current).Intersect(stand.Discarded).ShouldBeEmpty();
        rotating.Exception?.InnerException.ShouldBeOfType<LostRaceException>();
    }
}
