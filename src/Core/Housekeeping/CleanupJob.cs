using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Issuance;
using KenshinOtp.Portal;

namespace KenshinOtp.Housekeeping;

/// <summary>Removes what has served: remembered answers, ended sessions, the PINs of tokens in use.</summary>
public sealed class CleanupJob(Database database, AnswerStore answers, IssuanceStore issuances, TimeProvider time)
{
    private const int BatchSize = 500;
    private static readonly TimeSpan KeepSessions = TimeSpan.FromDays(1);

    /// <returns>The number of rows that were removed or emptied.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var count = 0;
        int forgotten;
        do
        {
            // In small turns: whoever waits to write a verification waits for a few rows, not for an hour's harvest.
            await using var turn = await database.Begin(ct);
            forgotten = await turn.Commit(await answers.DeleteBefore(turn, now - AnswerStore.Life, BatchSize, ct), ct);
            count += forgotten;
        }
        while (forgotten == BatchSize);

        await using var tx = await database.Begin(ct);
        count += await PortalSessions.DeleteBefore(tx, now - KeepSessions, ct) + await issuances.ForgetPins(tx, now, ct);
        return await tx.Commit(count, ct);
    }
}
