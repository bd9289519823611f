using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>Removes from the table what an archive holds, and the seals that speak of nothing else.</summary>
public sealed class AuditThinning(Database database, Races races, AuditStore entries, AuditBases bases, AuditSeals seals, AuditMac macs)
{
    private const int BatchSize = 500, SealBatch = 100;

    // The writers of other processes wait for SQLite in short sleeps: between two turns there is time for one of them.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="archive">A proven archive.</param>
    /// <param name="cutoff">The time before which its entries are.</param>
    /// <param name="progress">Told from time to time: how many entries were removed.</param>
    /// <param name="ct">Ends the work.</param>
    /// <returns>What is wrong with a seal that was to be removed, and stays with all after it; null if nothing is.</returns>
    public async Task<AuditFault?> Remove(string archive, DateTimeOffset cutoff, Action<long> progress, CancellationToken ct)
    {
        var done = 0L;
        var batch = new List<AuditRow>();
        await using (var file = new FileStream(archive, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            await foreach (var (_, line) in ArchiveFile.Read(file, ct))
            {
                if (batch.Count > 0 && (line.Entry is null || batch.Count == BatchSize))
                {
                    await Remove(batch[^1], ct);
                    progress(done += batch.Count);
                    batch.Clear();
                }

                if (line.Entry is { } entry)
                    batch.Add(entry);
            }
        }

        return await RemoveSeals(cutoff, ct);
    }

    private async Task Remove(AuditRow last, CancellationToken ct)
    {
        await races.Run(async _ =>
        {
            await using var tx = await database.Begin(ct);
            if (await bases.Move(tx, last.Chain, new(last.Position, last.Mac), ct))
                await entries.Delete(tx, last.Chain, last.Position, ct);
            return await tx.Commit(last.Position, ct);
        });
        await Task.Delay(Pause, ct);
    }

    /// <summary>
    /// Seals whose every chain has been archived up to there prove nothing any more; the newest stays. Each is proven before it goes: one that somebody has
    /// emptied says nothing of a chain that is gone, and is all that still tells of it.
    /// </summary>
    private async Task<AuditFault?> RemoveSeals(DateTimeOffset cutoff, CancellationToken ct)
    {
        while (true)
        {
            await using var tx = await database.Begin(ct);
            if (await bases.Find(tx, AuditSeals.Chain, ct) is not { } begin)
                return new(AuditFaultKind.BaseForged, AuditSeals.Chain, 0, "where the seals begin after archiving was forged.");
            var check = new SealCheck(macs, begin);
            var last = begin;
            foreach (var seal in (await seals.Page(tx, long.MinValue, SealBatch, ct)).SkipLast(1))
            {
                if (seal.SealedAt >= cutoff.ToRow())
                    break;
                if (check.Add(seal) is { } fault)
                    return await bases.Find(tx, AuditSeals.Chain, ct) == begin ? fault : null; // null: another archiving is at the same seals
                if (!await IsArchived(tx, seal, ct))
                    break;
                last = check.End;
            }

            if (last == begin || !await bases.Move(tx, AuditSeals.Chain, last, ct))
                return null;
            await seals.Delete(tx, last.Position, ct);
            await tx.Commit(ct);
        }
    }

    private async Task<bool> IsArchived(Session session, AuditSeal seal, CancellationToken ct)
    {
        foreach (var head in seal.ReadHeads())
        {
            if (await bases.Find(session, head.Chain, ct) is not { } archived || archived.Position < head.Position)
                return false;
        }

        return true;
    }
}
