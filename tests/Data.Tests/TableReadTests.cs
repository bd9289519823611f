using KenshinOtp.Issuance;
using KenshinOtp.Rotation;
using KenshinOtp.Staff;
using KenshinOtp.Support.Databases;

namespace KenshinOtp.Data.Tests;

/// <summary>Reads for which a whole table may have to be gone through, as a lock holds them up here: of tens of millions of rows it takes longer than a call may wait.</summary>
public sealed class TableReadTests : StoreTest
{
    private static readonly TimeSpan LongerThanACallMayWait = TimeSpan.FromSeconds(2);

    [SkippableFact]
    public async Task They_take_as_long_as_they_take()
    {
        var room = await Open(TestEngines.Postgresql);
        var (issuances, sessions) = (room.Get<IssuanceStore>(), room.Get<StaffSessionStore>());
        using var impatient = new PostgresDialect(room.Stored.ConnectionString + ";Command Timeout=1");
        var database = new Database(impatient);
        await using var holder = await room.Stored.Connect();
        await using var held = await holder.BeginTransactionAsync();
        await using var hold = holder.CreateCommand();
        hold.CommandText = "lock table token, issuance, replaced_link, staff_session, outbox_mail in access exclusive mode";
        await hold.ExecuteNonQueryAsync();

        async Task<int> Read<T>(Func<Session, Task<IReadOnlyList<T>>> page)
        {
            await using var session = await database.Read(None);
            return (await page(session)).Count;
        }

        var reads = new[]
        {
            Read(session => issuances.WithServedPins(session, room.Now, after: "", 9, None)),
            Read(session => issuances.WithServedAddresses(session, room.Now, after: "", 9, None)),
            Read(session => issuances.LinksReplaced(session, room.Now, after: "", 9, None)),
            Read(session => sessions.UnseenSince(session, room.Now, after: "", 9, None)),
            Read(session => SealedColumn.All.Single(column => column.Name == "token.secret").Page(session, "0002", owner: "", after: "", 9, None)),
            Read(session => SealedColumn.All.Single(column => column.Name == "outbox_mail.body").Page(session, "0002", owner: "", after: "", 9, None)),
        };
        await Task.Delay(LongerThanACallMayWait);
        reads.ShouldAllBe(read => !read.IsCompleted);
        await held.RollbackAsync();

        (await Task.WhenAll(reads)).ShouldAllBe(rows => rows == 0);
    }
}
