using System.Data;
using System.Globalization;
using System.Text.Json.Serialization;
using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Audit;

/// <summary>What is wrong with an audit trail.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditFaultKind>))]
public enum AuditFaultKind
{
    [JsonStringEnumMemberName("changed")] Changed,
    [JsonStringEnumMemberName("missing")] Missing,
    [JsonStringEnumMemberName("outOfOrder")] OutOfOrder,
    [JsonStringEnumMemberName("cutOff")] CutOff,
    [JsonStringEnumMemberName("chainMissing")] ChainMissing,
    [JsonStringEnumMemberName("baseForged")] BaseForged,
    [JsonStringEnumMemberName("sealBroken")] SealBroken,
    [JsonStringEnumMemberName("unreadable")] Unreadable,
    [JsonStringEnumMemberName("archiveBroken")] ArchiveBroken,

    /// <summary>Nothing is known to be wrong: what was signed with a master key that is missing cannot be judged.</summary>
    [JsonStringEnumMemberName("keyMissing")] KeyMissing,
}

/// <summary>The first thing that is wrong.</summary>
/// <param name="Kind">The sort of fault.</param>
/// <param name="Chain">The chain; <c>seal</c> for the seals; empty where no chain can be named.</param>
/// <param name="Position">In the chain; 0 where no entry can be named.</param>
/// <param name="Detail">In words, for the person who reads the report.</param>
public sealed record AuditFault(AuditFaultKind Kind, string Chain, long Position, string Detail)
{
    /// <summary>The entry's id as it stands there; null where it is gone.</summary>
    public string? Id { get; init; }

    /// <summary>When it happened, as it stands there; for a missing entry null.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    internal static AuditFault BaseUnjudged(string chain, string keyId) =>
        new(AuditFaultKind.KeyMissing, chain, 0, $"where the chain begins after archiving cannot be judged: the master key {keyId}, which it names, is missing from the key ring.");

    public override string ToString()
    {
        var place = Chain.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"chain {Chain}, position {Position}");
        var entry = Id is null ? "" : string.Create(CultureInfo.InvariantCulture, $", entry {Id} of {OccurredAt:yyyy-MM-ddTHH:mm:ssZ}");
        return place.Length == 0 ? Detail : $"{place}{entry}: {Detail}";
    }
}

/// <summary>Checks the entries of one chain, one after the other, from where it begins.</summary>
internal sealed class ChainCheck(AuditMac macs, string chain, ChainEnd from)
{
    /// <summary>The last entry that is proven, or could not be judged.</summary>
    public ChainEnd End { get; private set; } = from;

    public long Next => End.Position + 1;

    /// <returns>What is wrong with the entry; null if it follows. After <see cref="AuditFaultKind.KeyMissing"/> the next one can be added: it signs this one's mac.</returns>
    public AuditFault? Add(AuditRow row)
    {
        if (row.Position > Next)
            return Gap(row);
        if (row.Position < Next)
            return Fault(AuditFaultKind.OutOfOrder, row, "an entry stands where none belongs: the place was taken, or is in an archive.");
        try
        {
            if (row.Chain != chain || !macs.Fits(row.Mac, row.Content(End.Mac)))
                return Fault(AuditFaultKind.Changed, row, "the entry was changed, was not written by this service, or its key is not in the key ring.");
        }
        catch (KeyMissingException e)
        {
            End = new(row.Position, row.Mac);
            return Fault(AuditFaultKind.KeyMissing, row, $"the entry cannot be judged: the master key {e.KeyId}, which it names, is missing from the key ring.");
        }

        End = new(row.Position, row.Mac);
        return null;
    }

    /// <summary>The chain goes on from elsewhere, since what is before was archived in the meantime.</summary>
    public void SkipTo(ChainEnd archived) => End = archived;

    private AuditFault Gap(AuditRow row)
    {
        var last = row.Position - 1;
        var which = last == Next ? "the entry is" : string.Create(CultureInfo.InvariantCulture, $"the entries up to position {last} are");
        return new(AuditFaultKind.Missing, chain, Next, string.Create(CultureInfo.InvariantCulture,
            $"{which} missing; the next one there is {row.Id} of {Instants.FromRow(row.OccurredAt):yyyy-MM-ddTHH:mm:ssZ}."));
    }

    private AuditFault Fault(AuditFaultKind kind, AuditRow row, string detail) =>
        new(kind, chain, row.Position, detail) { Id = row.Id, OccurredAt = Instants.FromRow(row.OccurredAt) };
}

/// <summary>What reading a row ends in when its columns hold what they never should: SQLite stores a text where a number belongs.</summary>
internal static class Unreadable
{
    public static bool Is(Exception e) => e is InvalidCastException or FormatException or OverflowException or DataException;
}
