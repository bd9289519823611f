using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>The outcome of a verification.</summary>
/// <param name="Entries">How many entries were proven.</param>
/// <param name="Chains">In how many chains.</param>
/// <param name="Seals">How many seals were proven.</param>
/// <param name="Fault">The first thing that is wrong; where nothing is, the first that cannot be judged; null if all is as it was written.</param>
public sealed record AuditReport(long Entries, long Chains, long Seals, AuditFault? Fault)
{
    public bool Intact => Fault is null;

    /// <summary>Entries, seals and beginnings of chains that cannot be judged, for the master key that signed them is missing here.</summary>
    public long Unjudged { get; init; }
}

/// <summary>
/// Proves that the audit trail is as it was written, while the service runs: the seals first, then every chain from its base to its end, page by page. What
/// is kept in memory grows with the number of chains (a day, an institution and a process each), not with the number of entries.
/// </summary>
public sealed class AuditVerifier(Database database, AuditStore entries, AuditBases bases, AuditMac macs, SealReader sealReader)
{
    private const int PageSize = 1000;

    /// <param name="institutionId">One institution's entries; null for all, and for the proof that there are no others.</param>
    /// <param name="progress">Told from time to time: checked, to be checked.</param>
    /// <param name="ct">Ends the verification.</param>
    public async Task<AuditReport> Verify(string? institutionId, Action<long, long> progress, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var total = await entries.Count(session, institutionId, ct);
        var seals = await sealReader.Read(session, ct);
        var run = new Run(session, institutionId, seals.Heads, done => progress(Math.Min(done, total), total));
        var fault = await EveryChain(run, ct) ?? await SealedButGone(run, ct) ?? seals.Fault ?? await Adrift(session, ct) ?? run.FirstUnjudged ?? seals.FirstUnjudged;
        return new(run.Entries, run.Chains, seals.Count, fault) { Unjudged = run.Unjudged + seals.Unjudged };
    }

    private async Task<AuditFault?> EveryChain(Run run, CancellationToken ct)
    {
        string? before = null;
        while (await entries.NextChain(run.Session, before, ct) is { } chain)
        {
            if (before is not null && string.CompareOrdinal(chain, before) <= 0)
                return new(AuditFaultKind.Unreadable, chain, 0, "the name of the chain is not a text.");
            before = chain;
            run.Heads.Remove(chain, out var sealedHead);
            if (await Concerns(run, chain, sealedHead, ct) && await OneChain(run, chain, sealedHead, ct) is { } fault)
                return fault;
        }

        return null;
    }

    // By the signed seal where there is one: a row that was moved to another institution must be missed here.
    private async Task<bool> Concerns(Run run, string chain, SealedHead? sealedHead, CancellationToken ct) =>
        run.InstitutionId is null || run.InstitutionId == (sealedHead?.Institution ?? await entries.InstitutionOf(run.Session, chain, ct));

    private async Task<AuditFault?> OneChain(Run run, string chain, SealedHead? sealedHead, CancellationToken ct)
    {
        if (await Begin(run, chain, ct) is not { } begin)
            return ForgedBase(chain);
        var check = new ChainCheck(macs, chain, begin);
        if (await EveryEntry(run, chain, check, sealedHead, ct) is { } fault)
            return fault;
        run.Chains++;
        if (await entries.CountOfChain(run.Session, chain, check.End.Position, ct) > check.End.Position - begin.Position)
            return new(AuditFaultKind.OutOfOrder, chain, check.End.Position, "the chain has several entries for one place.");
        return sealedHead is null ? null : await Reaches(run, check.End, sealedHead, ct);
    }

    // A beginning that cannot be judged is taken at its word: the entries after it sign it, and the seals fix where they end.
    private async Task<ChainEnd?> Begin(Run run, string chain, CancellationToken ct)
    {
        var begin = await bases.Read(run.Session, chain, ct);
        if (begin?.MissingKey is { } keyId && run.UnjudgedBases.Add(chain))
            run.Count(unjudged: AuditFault.BaseUnjudged(chain, keyId));
        return begin?.End;
    }

    private async Task<AuditFault?> EveryEntry(Run run, string chain, ChainCheck check, SealedHead? sealedHead, CancellationToken ct)
    {
        var (after, archivedTo, size) = (long.MinValue, long.MinValue, PageSize);
        while (true)
        {
            IReadOnlyList<AuditRow> page;
            try
            {
                page = await entries.Page(run.Session, chain, after, size, ct);
            }
            catch (Exception e) when (Unreadable.Is(e))
            {
                if (size == 1)
                    return new(AuditFaultKind.Unreadable, chain, check.Next, "the entry holds what the service never writes.");
                size = 1; // which of the page's rows it is
                continue;
            }

            foreach (var row in page)
            {
                archivedTo = await SkipArchived(run, chain, check, row, ct) ?? archivedTo;
                if (row.Position > archivedTo && OneEntry(run, check, row, sealedHead) is { } fault)
                    return fault;
            }

            run.Tell(run.Entries + run.Unjudged);
            if (page.Count < size)
                return null;
            after = check.End.Position;
        }
    }

    /// <returns>The last position that has gone to an archive since the page was read; null where the row follows, or what is missing before it has gone nowhere.</returns>
    private async ValueTask<long?> SkipArchived(Run run, string chain, ChainCheck check, AuditRow row, CancellationToken ct)
    {
        if (row.Position == check.Next || await Begin(run, chain, ct) is not { } archived || archived.Position <= check.End.Position)
            return null;
        check.SkipTo(archived);
        return archived.Position;
    }

    private static AuditFault? OneEntry(Run run, ChainCheck check, AuditRow row, SealedHead? sealedHead)
    {
        var fault = check.Add(row);
        if (fault is { Kind: not AuditFaultKind.KeyMissing })
            return fault;
        if (row.Position == sealedHead?.Position && row.Mac != sealedHead.Mac)
            return new(AuditFaultKind.Changed, sealedHead.Chain, row.Position, "the entry is not the one that was sealed.") { Id = row.Id };
        run.Count(unjudged: fault);
        return null;
    }

    private async Task<AuditFault?> SealedButGone(Run run, CancellationToken ct)
    {
        foreach (var sealedHead in run.Heads.Values.OrderBy(head => head.Chain, StringComparer.Ordinal))
        {
            if (run.InstitutionId is not null && run.InstitutionId != sealedHead.Institution)
                continue;
            if (await Reaches(run, ChainEnd.None, sealedHead, ct) is { } fault)
                return fault;
        }

        return null;
    }

    private async Task<AuditFault?> Reaches(Run run, ChainEnd end, SealedHead sealedHead, CancellationToken ct)
    {
        if (end.Position > sealedHead.Position || (end.Position == sealedHead.Position && end.Mac == sealedHead.Mac))
            return null;
        if (await Begin(run, sealedHead.Chain, ct) is not { } archived)
            return ForgedBase(sealedHead.Chain);
        if (archived.Position >= sealedHead.Position)
            return null;
        return end == ChainEnd.None && archived == ChainEnd.None
            ? new(AuditFaultKind.ChainMissing, sealedHead.Chain, 1, $"the whole chain is missing: its end was sealed at position {sealedHead.Position}.")
            : new(AuditFaultKind.CutOff, sealedHead.Chain, Math.Max(end.Position, archived.Position) + 1, $"cut off: the end was sealed at position {sealedHead.Position}.");
    }

    private async Task<AuditFault?> Adrift(Session session, CancellationToken ct) =>
        await entries.Adrift(session, ct) is var count and > 0
            ? new(AuditFaultKind.OutOfOrder, "", 0, $"{count} entries stand outside every chain: the table is not as the service made it.")
            : null;

    private static AuditFault ForgedBase(string chain) =>
        new(AuditFaultKind.BaseForged, chain, 0, "where the chain begins after archiving was forged: what was before is missing without an archive.");

    private sealed record Run(Session Session, string? InstitutionId, Dictionary<string, SealedHead> Heads, Action<long> Tell)
    {
        public HashSet<string> UnjudgedBases { get; } = new(StringComparer.Ordinal);
        public long Entries { get; private set; }
        public long Chains { get; set; }
        public long Unjudged { get; private set; }
        public AuditFault? FirstUnjudged { get; private set; }

        public void Count(AuditFault? unjudged)
        {
            if (unjudged is null)
                Entries++;
            else
                (Unjudged, FirstUnjudged) = (Unjudged + 1, FirstUnjudged ?? unjudged);
        }
    }
}
