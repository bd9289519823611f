using System.Data.Common;
using KenshinOtp.Receipts;

namespace KenshinOtp.Data.Tests;

public sealed class ReceiptStoreTests : StoreTest
{
    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_receipt_is_found_by_the_user_it_belongs_to(string engine)
    {
        var room = await Open(engine);
        var (store, institution) = (room.Get<ReceiptStore>(), await room.Institution());
        var written = new StoredReceipt("0ABCDEFGHJKM", room.Now, "token.exchanged", "S1", "yamada", "KN00000001", Make.Japanese(300), After: null);
        await room.Change(tx => store.Insert(tx, institution.Id, written, None));
        await room.Change(tx => store.Insert(tx, institution.Id, written with { Number = "0ABCDEFGHJKN", UserId = null, Serial = null }, None));

        Task<StoredReceipt?> Find(string userId, string number) =>
            room.Look(session => store.Find(session, institution.Id, "S1", userId, number, None));
        (await Find("yamada", "0ABCDEFGHJKM")).ShouldBe(written);
        (await Find("Yamada", "0ABCDEFGHJKM")).ShouldBeNull();
        (await Find("yamada", "0abcdefghjkm")).ShouldBeNull();
        (await Find("yamada", "0ABCDEFGHJKN")).ShouldBeNull();
    }

    [SkippableTheory, MemberData(nameof(EveryEngine))]
    public async Task A_number_is_given_out_once_within_an_institution(string engine)
    {
        var room = await Open(engine);
        var (store, one, other) = (room.Get<ReceiptStore>(), await room.Institution(), await room.Institution("9002"));
        var receipt = new StoredReceipt("0ABCDEFGHJKM", room.Now, "token.issued", "S1", UserId: null, Serial: null, Before: null, After: null);
        await room.Change(tx => store.Insert(tx, one.Id, receipt, None));
        await room.Change(tx => store.Insert(tx, other.Id, receipt, None));

        var failure = await Should.ThrowAsync<DbException>(() => room.Change(tx => store.Insert(tx, one.Id, receipt, None)));

        room.Database.Dialect.IsUniqueViolation(failure).ShouldBeTrue();
    }
}
