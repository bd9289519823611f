using System.Text.Json;
using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>What the seals say, as far as they are proven.</summary>
/// <param name="Heads">Chain → its newest sealed end.</param>
/// <param name="Count">How many seals there are.</param>
/// <param name="Fault">What is wrong with the seals, or null.</param>
internal sealed record ReadSeals(Dictionary<string, SealedHead> Heads, long Count, AuditFault? Fault);

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
        var read = new ReadSeals(new(StringComparer.Ordinal), 0, Fault: null);
        if (await bases.Find(session, AuditSeals.Chain, ct) is not { } end)
            return read with { Fault = new(AuditFaultKind.BaseForged, AuditSeals.Chain, 0, "where the seals begin after archiving was forged.") };

        var (after, seen) = (long.MinValue, known is null || known.Value.Position <= end.Position);
        IReadOnlyList<AuditSeal> page;
        do
        {
            page = await seals.Page(session, after, PageSize, ct);
            foreach (var seal in page)
            {
                if (seal.Position > end.Position + 1)
                    end = await bases.Find(session, AuditSeals.Chain, ct) is { } archived && archived.Position > end.Position ? archived : end;
                if (Check(seal, end) is { } fault)
                    return read with { Fault = fault };
                foreach (var sealedHead in seal.ReadHeads())
                    read.Heads[sealedHead.Chain] = sealedHead;
                end = new(seal.Position, seal.Mac);
                seen |= end == known;
                read = read with { Count = read.Count + 1 };
            }

            after = end.Position;
        }
        while (page.Count == PageSize);

        return seen ? read : read with { Fault = Lost(known!.Value, end) };
    }

    private AuditFault? Check(AuditSeal seal, ChainEnd end)
    {
        var when = Instants.FromRow(seal.SealedAt);
        if (seal.Position != end.Position + 1)
            return new(AuditFaultKind.SealBroken, AuditSeals.Chain, end.Position + 1, "the seal is missing.") { OccurredAt = when };
        try
        {
            if (macs.Fits(seal.Mac, seal.Content(end.Mac)) && seal.ReadHeads() is not null)
                return null;
        }
        catch (JsonException)
        {
        }

        return new(AuditFaultKind.SealBroken, AuditSeals.Chain, seal.Position, "the seal was changed, was not written by this service, or its key is not in the key ring.");
    }

    private static AuditFault Lost(ChainEnd known, ChainEnd end) => new(
        AuditFaultKind.CutOff, AuditSeals.Chain, known.Position,
        end.Position < known.Position
            ? $"the trail was cut off, or an older database was put back: its newest seal is {end.Position}, the one in audit-head is {known.Position}."
            : "the seal is not the one in audit-head: the end of the trail was replaced, or an older database was put back.");
}
