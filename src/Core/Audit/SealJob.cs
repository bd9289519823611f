using System.Data.Common;
using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>The database's trail ends before the seal that is remembered outside of it.</summary>
public sealed class AuditCutException() : Exception(
    "The audit trail of the database ends before the seal in audit-head: entries were cut off, or an older database was put back. What has grown since is sealed all the same. Run: kenshin-otp audit verify");

/// <summary>
/// Fixes the ends of all chains that have grown, so that entries cut off at the end are missed; and remembers the newest seal outside the database, so that
/// seals cut off with them are missed too. Rounds of one process do not overlap; of several processes, the first to write a seal has written it.
/// </summary>
public sealed class SealJob(Database database, AuditStore entries, AuditSeals seals, AuditBases bases, AuditMac macs, AuditHead head, Journal journal, TimeProvider time)
{
    private const int HeadsOfASeal = 200, PageSize = 500;

    // Two workers that begin a trail at the same moment: one has written the first seal, and the head a moment later.
    private const int Looks = 10;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200); // of the machine's clock

    // A chain that grew after the newest seal was begun at most a day before; the rest is for hosts whose clocks differ.
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(3);

    // What the seals up to _newest say, so that a round reads only what other workers have sealed.
    private readonly Dictionary<string, long> _sealed = new(StringComparer.Ordinal);
    private ChainEnd _newest;
    private DateTimeOffset? _newestAt;

    /// <returns>The number of chains whose ends were sealed.</returns>
    /// <exception cref="AuditCutException">They were sealed, but the database has lost the seal in <c>audit-head</c>: every round says so until that file is put right.</exception>
    public async Task<int> RunOnce(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        List<SealedHead> grown;
        await using (var session = await database.Read(ct))
        {
            await CatchUp(session, ct);
            grown = await Grown(session, now, ct);
        }

        var (first, count) = (_newest.Position + 1, 0);
        foreach (var heads in grown.Chunk(HeadsOfASeal))
        {
            if (!await Seal(heads, now, ct))
                break; // another worker is at it
            count += heads.Length;
        }

        await Remember(begun: first == 1, now, ct);
        return count;
    }

    private async Task CatchUp(Session session, CancellationToken ct)
    {
        if (_newestAt is null && await seals.Newest(session, ct) is { } newest)
        {
            var since = await seals.FirstSince(session, Instants.FromRow(newest.SealedAt) - LookBack, ct) ?? newest.Position;
            _newest = new(since - 1, Mac: null);
        }

        IReadOnlyList<AuditSeal> page;
        do
        {
            page = await seals.Page(session, _newest.Position, PageSize, ct);
            foreach (var seal in page)
                Note(seal, seal.ReadHeads());
        }
        while (page.Count == PageSize);
    }

    private void Note(AuditSeal seal, IEnumerable<SealedHead> heads)
    {
        foreach (var sealedHead in heads)
            _sealed[sealedHead.Chain] = sealedHead.Position;
        (_newest, _newestAt) = (new(seal.Position, seal.Mac), Instants.FromRow(seal.SealedAt));
    }

    private async Task<List<SealedHead>> Grown(Session session, DateTimeOffset now, CancellationToken ct)
    {
        // The names of chains are ids, which sort by time.
        var since = Ids.Beginning((_newestAt is { } last && last < now ? last : now) - LookBack);
        foreach (var chain in _sealed.Keys.Where(chain => string.CompareOrdinal(chain, since) < 0).ToList())
            _sealed.Remove(chain);

        var after = _newestAt is null ? "" : since;
        var longer = await Longer(name => entries.Begun(session, name, PageSize, ct), after);
        longer.UnionWith(await Longer(name => bases.Archived(session, name, PageSize, ct), after));
        var grown = new List<SealedHead>();
        foreach (var chain in longer)
        {
            if (await entries.Last(session, chain, ct) is { } row)
                grown.Add(new(chain, row.InstitutionId, row.Position, row.Mac));
        }

        return grown;
    }

    /// <summary>Of the chains after the given one, those that are longer than a seal says.</summary>
    private async Task<SortedSet<string>> Longer(Func<string, Task<IReadOnlyList<ChainLength>>> next, string after)
    {
        var longer = new SortedSet<string>(StringComparer.Ordinal);
        IReadOnlyList<ChainLength> page;
        do
        {
            page = await next(after);
            longer.UnionWith(page.Where(chain => chain.Position > _sealed.GetValueOrDefault(chain.Chain)).Select(chain => chain.Chain));
            after = page.Count == 0 ? after : page[^1].Chain;
        }
        while (page.Count == PageSize);

        return longer;
    }

    private async Task<bool> Seal(SealedHead[] heads, DateTimeOffset now, CancellationToken ct)
    {
        var seal = new AuditSeal { Position = _newest.Position + 1, SealedAt = now.ToRow(), Heads = AuditSeal.Write(heads) };
        seal = seal with { Mac = macs.Sign(seal.Content(_newest.Mac)) };
        try
        {
            await using var tx = await database.Begin(ct);
            await seals.Insert(tx, seal, ct);
            await tx.Commit(ct);
        }
        catch (DbException e) when (database.Dialect.IsUniqueViolation(e))
        {
            return false;
        }

        Note(seal, heads);
        return true;
    }

    /// <summary>Moves the head on, but never away from a seal that the database has lost: it is the only witness of that.</summary>
    private async Task Remember(bool begun, DateTimeOffset now, CancellationToken ct)
    {
        var known = await Known(begun, ct);
        if (known == _newest || _newest.Position == 0 && known is null)
            return;
        if (known is { } earlier && !await Holds(earlier, ct))
            throw new AuditCutException();
        if (known?.Position >= _newest.Position)
            return; // another worker with the same directory is ahead

        await head.Write(_newest, () => known is null && !begun ? NoteRenewal(now, ct) : Task.CompletedTask);
    }

    /// <summary>What is remembered. That nothing is although there are seals is looked at for two seconds, for another worker may be about to write it.</summary>
    private async Task<ChainEnd?> Known(bool begun, CancellationToken ct)
    {
        for (var look = 0; look < Looks && !begun; look++)
        {
            if (head.Read() is { } known)
                return known;
            await Task.Delay(Moment, ct);
        }

        return head.Read();
    }

    private async Task NoteRenewal(DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        await journal.Write(tx, new Entry("audit.headRenewed", Actor.Job("seal"), InstitutionId: "") { Detail = $"seal {_newest.Position}" }, now, ct);
        await tx.Commit(ct);
    }

    private async Task<bool> Holds(ChainEnd earlier, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await seals.MacAt(session, earlier.Position, ct) is { } mac
            ? mac == earlier.Mac
            : await bases.Find(session, AuditSeals.Chain, ct) is { } archived && archived.Position >= earlier.Position;
    }
}
