using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Tokens;

namespace KenshinOtp.Renewal;

/// <summary>Opens renewals from the policy's day before expiry, with one notice by mail, and marks tokens whose date has passed.</summary>
public sealed class ExpiryJob(
    Database database, InstitutionStore institutions, TokenUsers tokenUsers, TokenStore tokens, IssuanceStore issuances, OutboxStore outbox, Mails mails,
    Journal journal, TimeProvider time)
{
    private const int BatchSize = 200;
    private static readonly Actor Job = Actor.Job("expiry");

    /// <returns>The number of tokens whose renewal was opened or that were marked as expired.</returns>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<Institution> all;
        await using (var session = await database.Read(ct))
            all = await institutions.All(session, ct);

        var count = 0;
        foreach (var institution in all)
        {
            var windowEnd = institution.Policy.RenewableUntil(now);
            // In this order: what has lapsed unseen, while no worker ran or the token was stopped, is not announced as about to.
            count += await InBatches(
                session => tokens.ThatLapsed(session, institution.Id, now, BatchSize, ct), (tx, token) => Expire(tx, institution, token, now, ct), ct);
            count += await InBatches(
                session => tokens.WhoseRenewalOpens(session, institution.Id, windowEnd, BatchSize, ct), (tx, token) => Open(tx, institution, token, now, ct), ct);
        }

        return count;
    }

    private async Task<int> InBatches(Func<Session, Task<IReadOnlyList<Token>>> select, Func<Tx, Token, Task<bool>> change, CancellationToken ct)
    {
        var total = 0;
        while (true)
        {
            await using var tx = await database.Begin(ct);
            var batch = await select(tx);
            var changed = 0;
            foreach (var token in batch.OrderBy(token => token.Id, StringComparer.Ordinal)) // one order of rows for all workers: no deadlocks among them
                changed += await change(tx, token) ? 1 : 0;
            total += await tx.Commit(changed, ct);

            // Nothing changed of a full batch: other workers have it in hand, the next round will see.
            if (batch.Count < BatchSize || changed == 0)
                return total;
        }
    }

    private async Task<bool> Open(Tx tx, Institution institution, Token token, DateTimeOffset now, CancellationToken ct)
    {
        if (!await tokens.OpenRenewal(tx, token, now, ct))
            return false;
        if (await issuances.OfToken(tx, token.Id, ct) is { MobileEmail: { } address })
            await outbox.Insert(tx, mails.RenewalNotice(institution, token, address, now), now, ct);
        await Note(tx, "token.expiring", institution, token, token.ExpiresAt?.ToWire(), now, ct);
        return true;
    }

    private async Task<bool> Expire(Tx tx, Institution institution, Token token, DateTimeOffset now, CancellationToken ct)
    {
        if (token.After(TokenAction.Expire, institution.Policy.LockAfter) is not { } next || !await tokens.Expire(tx, token, next, ct))
            return false;
        await Note(tx, "token.expired", institution, token, detail: null, now, ct);
        return true;
    }

    private async Task Note(Tx tx, string type, Institution institution, Token token, string? detail, DateTimeOffset now, CancellationToken ct)
    {
        var contact = await tokenUsers.ContactOfToken(tx, token.Id, ct);
        await journal.Write(tx, new Entry(type, Job, institution.Id)
        {
            ServiceId = contact?.ServiceId,
            UserId = contact?.UserId,
            Serial = token.Serial.Value,
            Detail = detail,
            Announce = true,
        }, now, ct);
    }
}
