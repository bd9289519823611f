using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>Removes from the table what an archive holds, and the seals that speak of nothing else.</summary>
public sealed class AuditThinning(Database database, Races races, AuditStore entries, AuditBases bases, AuditSeals seals)
{
    private const int BatchSize = 500, SealBatch = 100;

    // The writers of other processes wait for SQLite in short sleeps: between two turns there is time for one of them.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="archive">A proven archive.</param>
    /// <param name="cutoff">The time before which its entries are.</param>
    /// <param name="progress">Told from time to time: how many entries were removed.</param>
    /// <param name="ct">Ends the work.</param>
    public async Task Remove(string archive, DateTimeOffset cutoff, Action<long> progress, CancellationToken ct)
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

        await RemoveSeals(cutoff, ct);
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

    /// <summary>Seals whose every chain has been archived up to there prove nothing any more; the newest stays.</summary>
    private async Task RemoveSeals(DateTimeOffset cutoff, CancellationToken ct)
    {
        while (true)
        {
            await using var tx = await database.Begin(ct);
            AuditSeal? last = null;
            var page = await seals.Page(tx, long.MinValue, SealBatch, ct);
            foreach (var seal in page.SkipLast(1))
            {
                if (seal.SealedAt >= cutoff.ToRow() || !await IsArchived(tx, seal, ct))
                    break;
                last = seal;
            }

            if (last is null || !await bases.Move(tx, AuditSeals.Chain, new(last.Position, last.Mac), ct))
                return;
            await seals.Delete(tx, last.Position, ct);
            await tx.Commit(last.Position, ct);
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
