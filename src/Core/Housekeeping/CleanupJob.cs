using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Portal;
using KenshinOtp.Registration;
using KenshinOtp.Staff;

namespace KenshinOtp.Housekeeping;

/// <summary>Removes what has served: remembered answers, ended sessions, the PINs of tokens in use, self-enrolled tokens that nobody registered, addressees of old mails.</summary>
public sealed class CleanupJob(
    Database database, AnswerStore answers, IssuanceStore issuances, RegistrationStore registrations, DraftStore drafts, MailErasure mails,
    Journal journal, TimeProvider time)
{
    private const int BatchSize = 500;
    private static readonly TimeSpan KeepSessions = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeepUnbound = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepAddressees = TimeSpan.FromDays(400);

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

        count += await ForgetUnbound(now, ct) + await ExpireDrafts(now, ct) + await EraseAddressees(now, ct);
        await using var tx = await database.Begin(ct);
        count += await PortalSessions.DeleteBefore(tx, now - KeepSessions, ct) + await issuances.ForgetPins(tx, now, ct);
        return await tx.Commit(count, ct);
    }

    private async Task<int> ExpireDrafts(DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var expired = await drafts.Expire(tx, now, BatchSize, ct);
        foreach (var (id, institutionId) in expired)
            await journal.Write(tx, new Entry("draft.expired", Actor.Job("cleanup"), institutionId) { Detail = id }, now, ct);
        return await tx.Commit(expired.Count, ct);
    }

    private async Task<int> EraseAddressees(DateTimeOffset now, CancellationToken ct)
    {
        var total = 0;
        while (true)
        {
            await using var tx = await database.Begin(ct);
            var erased = await tx.Commit(await mails.Erase(tx, now - KeepAddressees, BatchSize, ct), ct);
            if (erased == 0)
                return total;
            total += erased;
        }
    }

    private async Task<int> ForgetUnbound(DateTimeOffset now, CancellationToken ct)
    {
        var total = 0;
        while (true)
        {
            await using var tx = await database.Begin(ct);
            var batch = await registrations.Forsaken(tx, now - KeepUnbound, BatchSize, ct);
            var removed = 0;
            foreach (var token in batch)
            {
                if (!await registrations.Delete(tx, token, ct))
                    continue;
                await journal.Write(tx, new Entry("token.removed", Actor.Job("cleanup"), token.InstitutionId) { Serial = token.Serial.Value }, now, ct);
                removed++;
            }

            total += await tx.Commit(removed, ct);
            if (batch.Count < BatchSize || removed == 0)
                return total;
        }
    }
}
