using KenshinOtp.Import;

namespace KenshinOtp.Data.Tests;

public sealed class ImportStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task Any_number_of_serials_is_looked_up_and_only_the_own_ones_are_found(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<ImportStore>(), await room.Institution());
        await room.Token(await room.Institution("9002"), "XX00000001");
        string[] present = ["KN00000000", "KN00000099", "KN00000100", "KN00000249"];
        foreach (var serial in present)
            await room.Token(institution, serial);

        foreach (var (count, expected) in new[] { (0, 0), (1, 1), (100, 2), (101, 3), (250, 4) })
        {
            var found = await room.Look(session => store.BySerials(
                session, institution.Id, [.. Enumerable.Range(0, count).Select(i => Make.Serial($"KN{i:D8}"))], None));
            found.Keys.Select(serial => serial.Value).Order(StringComparer.Ordinal).ShouldBe(present.Take(expected));
        }

        (await room.Look(session => store.BySerials(session, institution.Id, [Make.Serial("XX00000001")], None))).ShouldBeEmpty();
    }
}
