using System.Globalization;
using System.Text.Json;
using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Audit;

/// <summary>Checks the seals, one after the other, from where they begin.</summary>
internal sealed class SealCheck(AuditMac macs, ChainEnd from)
{
    /// <summary>The last seal that is proven, or could not be judged.</summary>
    public ChainEnd End { get; private set; } = from;

    /// <summary>Chain → the end that its last proven seal fixes.</summary>
    public Dictionary<string, SealedHead> Heads { get; } = new(StringComparer.Ordinal);

    /// <returns>What is wrong with the seal; null if it follows. After <see cref="AuditFaultKind.KeyMissing"/> the next one can be added; what this one says counts for nothing.</returns>
    public AuditFault? Add(AuditSeal seal)
    {
        if (seal.Position != End.Position + 1)
            return Fault(seal, End.Position + 1, "the seal is missing.");
        IReadOnlyList<SealedHead>? heads;
        try
        {
            heads = Proven(seal);
        }
        catch (KeyMissingException e)
        {
            End = new(seal.Position, seal.Mac);
            return new(AuditFaultKind.KeyMissing, AuditSeals.Chain, seal.Position, $"the seal cannot be judged: the master key {e.KeyId}, which it names, is missing from the key ring.")
            {
                OccurredAt = Instants.FromRow(seal.SealedAt),
            };
        }

        if (heads is null)
            return Fault(seal, seal.Position, "the seal was changed, was not written by this service, or its key is not in the key ring.");
        foreach (var head in heads)
        {
            if (Heads.TryGetValue(head.Chain, out var earlier) && (head.Position < earlier.Position || (head.Position == earlier.Position && head.Mac != earlier.Mac)))
                return CutOff(seal, head, earlier);
            Heads[head.Chain] = head;
        }

        End = new(seal.Position, seal.Mac);
        return null;
    }

    /// <summary>The sequence goes on from elsewhere, since the seals before were removed with what was archived in the meantime.</summary>
    public void SkipTo(ChainEnd archived) => End = archived;

    private IReadOnlyList<SealedHead>? Proven(AuditSeal seal)
    {
        try
        {
            return macs.Fits(seal.Mac, seal.Content(End.Mac)) ? seal.ReadHeads() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A chain only ever grows: a worker that seals it lower has found it shorter than another had, whatever stands there by now.
    private static AuditFault CutOff(AuditSeal seal, SealedHead head, SealedHead earlier) =>
        new(AuditFaultKind.CutOff, head.Chain, head.Position + 1, string.Create(CultureInfo.InvariantCulture,
            $"cut off or replaced: the end was sealed at position {earlier.Position}, and later, by seal {seal.Position}, at position {head.Position}."));

    private static AuditFault Fault(AuditSeal seal, long position, string detail) =>
        new(AuditFaultKind.SealBroken, AuditSeals.Chain, position, detail) { OccurredAt = Instants.FromRow(seal.SealedAt) };
}
