using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>What the seals say, as far as they are proven.</summary>
/// <param name="Heads">Chain → its newest sealed end; where a seal goes back behind an earlier one, the earlier.</param>
/// <param name="Count">How many seals there are.</param>
/// <param name="Fault">What is wrong with the seals, or null.</param>
internal sealed record ReadSeals(Dictionary<string, SealedHead> Heads, long Count, AuditFault? Fault)
{
    /// <summary>Seals that cannot be judged for want of their key, besides those that are counted.</summary>
    public long Unjudged { get; init; }

    /// <summary>The first of them; null if there is none.</summary>
    public AuditFault? FirstUnjudged { get; init; }
}

/// <summary>Reads and proves the sequence of seals, and compares its end with what is remembered outside the database.</summary>
public sealed class SealReader(AuditSeals seals, AuditBases bases, AuditMac macs, AuditHead head)
{
    private const int PageSize = 500;

    internal async Task<ReadSeals> Read(Session session, CancellationToken ct)
    {
        var known = head.Read(); // before the seals: what is sealed from now on does not count as lost
        try
        {
            return await Read(session, known, ct);
        }
        catch (Exception e) when (Unreadable.Is(e))
        {
            return new(new(StringComparer.Ordinal), 0, new(AuditFaultKind.Unreadable, AuditSeals.Chain, 0, "the seals hold what the service never writes."));
        }
    }

    private async Task<ReadSeals> Read(Session session, ChainEnd? known, CancellationToken ct)
    {
        if (await bases.Read(session, AuditSeals.Chain, ct) is not { } begin)
            return new(new(StringComparer.Ordinal), 0, new(AuditFaultKind.BaseForged, AuditSeals.Chain, 0, "where the seals begin after archiving was forged."));

        var check = new SealCheck(macs, begin.End);
        var read = new ReadSeals(check.Heads, 0, Fault: null);
        if (begin.MissingKey is { } keyId)
            read = read with { Unjudged = 1, FirstUnjudged = AuditFault.BaseUnjudged(AuditSeals.Chain, keyId) };
        var (after, seen) = (long.MinValue, known is null || known.Value.Position <= begin.End.Position);
        IReadOnlyList<AuditSeal> page;
        do
        {
            page = await seals.Page(session, after, PageSize, ct);
            foreach (var seal in page)
            {
                if (seal.Position > check.End.Position + 1 && await bases.Read(session, AuditSeals.Chain, ct) is { } archived && archived.End.Position > check.End.Position)
                    check.SkipTo(archived.End);
                var fault = check.Add(seal);
                if (fault is { Kind: not AuditFaultKind.KeyMissing })
                    return read with { Fault = fault };
                seen |= check.End == known;
                read = fault is null ? read with { Count = read.Count + 1 } : read with { Unjudged = read.Unjudged + 1, FirstUnjudged = read.FirstUnjudged ?? fault };
            }

            after = check.End.Position;
        }
        while (page.Count == PageSize);

        return seen ? read : read with { Fault = Lost(known!.Value, check.End) };
    }

    private static AuditFault Lost(ChainEnd known, ChainEnd end) => new(
        AuditFaultKind.CutOff, AuditSeals.Chain, known.Position,
        end.Position < known.Position
            ? $"the trail was cut off, or an older database was put back: its newest seal is {end.Position}, the one in audit-head is {known.Position}."
            : "the seal is not the one in audit-head: the end of the trail was replaced, or an older database was put back.");
}
