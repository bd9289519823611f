using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Issuance;
using KenshinOtp.Portal;

namespace KenshinOtp.Housekeeping;

/// <summary>Removes what has served: remembered answers, ended sessions, the PINs of tokens in use.</summary>
public sealed class CleanupJob(Database database, AnswerStore answers, IssuanceStore issuances, TimeProvider time)
{
    private static readonly TimeSpan KeepSessions = TimeSpan.FromDays(1);

    /// <returns>The number of rows that were removed or emptied.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(ct);
        var count = await answers.DeleteBefore(tx, now - AnswerStore.Life, ct)
            + await PortalSessions.DeleteBefore(tx, now - KeepSessions, ct)
            + await issuances.ForgetPins(tx, now, ct);
        return await tx.Commit(count, ct);
    }
}
