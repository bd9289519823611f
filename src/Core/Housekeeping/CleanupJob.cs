using System.Runtime.ExceptionServices;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Idempotency;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Portal;
using KenshinOtp.Registration;
using KenshinOtp.Staff;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Housekeeping;

/// <summary>Removes what has served: remembered answers, ended sessions, the PINs of tokens in use, self-enrolled tokens that nobody registered, addresses long out of use.</summary>
public sealed partial class CleanupJob(
    Database database, AnswerStore answers, IssuanceStore issuances, RegistrationStore registrations, DraftStore drafts, StaffSessionStore staffSessions,
    MailErasure mails, Races races, Journal journal, TimeProvider time, ILogger<CleanupJob> log)
{
    private const string Name = "cleanup";
    private const int BatchSize = 500;
    private static readonly TimeSpan KeepPortalSessions = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeepStaffSessions = TimeSpan.FromDays(90) + StaffSessions.IdleLimit; // after the last sign of life; by the idle limit it was over
    private static readonly TimeSpan KeepReplacedLinks = TimeSpan.FromDays(400); // whoever opens one until then is told that a newer mail has come
    private static readonly TimeSpan KeepUnbound = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepAddresses = TimeSpan.FromDays(400); // of a mail since it was settled, of an issuance since its token was revoked

    /// <summary>All steps, each by itself: what stands in the way of one keeps none of the others from its work, and is thrown when they are done.</summary>
    /// <returns>The number of rows that were removed or emptied.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        Func<DateTimeOffset, CancellationToken, Task<int>>[] steps =
            [ForgetAnswers, ForgetUnbound, ExpireDrafts, ForgetPortalSessions, ForgetStaffSessions, ForgetPins, ForgetReplacedLinks, EraseAddressees, EraseAddresses];
        var count = 0;
        ExceptionDispatchInfo? failure = null;
        foreach (var step in steps)
        {
            try
            {
                count += await races.Run(_ => step(now, ct));
            }
#pragma warning disable CA1031 // whatever one step meets; the first is thrown in the end, and every one is logged
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(Name, e);
                failure ??= ExceptionDispatchInfo.Capture(e);
            }
        }

        failure?.Throw();
        return count;
    }

    private Task<int> ForgetAnswers(DateTimeOffset now, CancellationToken ct) =>
        InTurns(turn => answers.DeleteBefore(turn, now - AnswerStore.Life, BatchSize, ct), ct);

    private Task<int> ForgetPortalSessions(DateTimeOffset now, CancellationToken ct) =>
        InTurns(turn => PortalSessions.DeleteBefore(turn, now - KeepPortalSessions, BatchSize, ct), ct);

    private Task<int> ForgetStaffSessions(DateTimeOffset now, CancellationToken ct) => InPages(
        (session, after) => staffSessions.UnseenSince(session, now - KeepStaffSessions, after, BatchSize, ct),
        (turn, page) => staffSessions.DeleteUnseenSince(turn, page, now - KeepStaffSessions, ct),
        ct);

    private Task<int> ForgetPins(DateTimeOffset now, CancellationToken ct) => InPages(
        (session, after) => issuances.WithServedPins(session, now, after, BatchSize, ct), (turn, page) => issuances.ForgetPins(turn, page, now, ct), ct);

    private Task<int> ForgetReplacedLinks(DateTimeOffset now, CancellationToken ct) => InPages(
        (session, after) => issuances.LinksReplaced(session, now - KeepReplacedLinks, after, BatchSize, ct),
        (turn, page) => issuances.ForgetReplacedLinks(turn, page, ct),
        ct);

    private Task<int> EraseAddresses(DateTimeOffset now, CancellationToken ct) => InPages(
        (session, after) => issuances.WithServedAddresses(session, now - KeepAddresses, after, BatchSize, ct),
        (turn, page) => issuances.EraseAddresses(turn, page, ct),
        ct);

    private async Task<int> ExpireDrafts(DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var expired = await drafts.Expire(tx, now, BatchSize, ct);
        foreach (var draft in expired)
            await journal.Write(tx, draft.Told("draft.expired", Actor.Job(Name), draft.Detail), now, ct);
        return await tx.Commit(expired.Count, ct);
    }

    private async Task<int> EraseAddressees(DateTimeOffset now, CancellationToken ct)
    {
        var total = 0;
        while (true)
        {
            await using var tx = await database.Begin(ct);
            var erased = await tx.Commit(await mails.Erase(tx, now - KeepAddresses, BatchSize, ct), ct);
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
                await journal.Write(tx, new Entry("token.removed", Actor.Job(Name), token.InstitutionId) { Serial = token.Serial.Value }, now, ct);
                removed++;
            }

            total += await tx.Commit(removed, ct);
            if (batch.Count < BatchSize || removed == 0)
                return total;
        }
    }

    /// <summary>In small turns: whoever waits to write a verification waits for a few rows, not for an hour's harvest.</summary>
    private async Task<int> InTurns(Func<Tx, Task<int>> delete, CancellationToken ct)
    {
        var total = 0;
        int deleted;
        do
        {
            await using var turn = await database.Begin(ct);
            deleted = await turn.Commit(await delete(turn), ct);
            total += deleted;
        }
        while (deleted >= BatchSize);
        return total;
    }

    /// <summary>As <see cref="InTurns"/>, for what is found only by a walk over a whole table: nobody waits while it is looked for.</summary>
    private async Task<int> InPages(
        Func<Session, string, Task<IReadOnlyList<string>>> find, Func<Tx, IReadOnlyList<string>, Task<int>> empty, CancellationToken ct)
    {
        var (total, after) = (0, "");
        while (true)
        {
            IReadOnlyList<string> page;
            await using (var session = await database.Read(ct))
                page = await find(session, after);
            if (page.Count == 0)
                return total;
            await using var turn = await database.Begin(ct);
            total += await turn.Commit(await empty(turn, page), ct);
            after = page[^1];
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}: one step failed; the others go on")]
    private partial void LogFailed(string job, Exception exception);
}
