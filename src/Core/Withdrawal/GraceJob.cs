using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;

namespace KenshinOtp.Withdrawal;

/// <summary>Tells the relying party, once, of users who have been without a token for the policy's days, so that it lowers their limits.</summary>
public sealed class GraceJob(Database database, InstitutionStore institutions, TokenUsers tokenUsers, Journal journal, TimeProvider time)
{
    private const int BatchSize = 200;

    /// <returns>The number of users that were reported.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<Institution> all;
        await using (var session = await database.Read(ct))
            all = await institutions.All(session, ct);

        var count = 0;
        foreach (var institution in all)
            count += await Report(institution, now, ct);
        return count;
    }

    private async Task<int> Report(Institution institution, DateTimeOffset now, CancellationToken ct)
    {
        var before = now.AddDays(-institution.Policy.UnregisteredGraceDays);
        var total = 0;
        while (true)
        {
            await using var tx = await database.Begin(ct);
            var batch = await tokenUsers.TokenlessSince(tx, institution.Id, before, BatchSize, ct);
            var reported = 0;
            foreach (var user in batch)
            {
                if (!await tokenUsers.EndGrace(tx, user, ct))
                    continue;
                await journal.Write(tx, new Entry("user.unregistered", Actor.Job("grace"), institution.Id)
                {
                    ServiceId = user.ServiceId,
                    UserId = user.UserId,
                    Announce = true,
                }, now, ct);
                reported++;
            }

            total += await tx.Commit(reported, ct);
            if (batch.Count < BatchSize || reported == 0)
                return total;
        }
    }
}
