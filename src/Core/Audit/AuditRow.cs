using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Text;

namespace KenshinOtp.Audit;

/// <summary>An entry with its place in a chain: a row of the table and a line of an archive.</summary>
public sealed record AuditRow
{
    private const int MaxActorName = 60, MaxAddress = 45, MaxId = 64, MaxState = 300, MaxDetail = 500;

    public string Id { get; init; } = "";
    public string InstitutionId { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long OccurredAt { get; init; }

    public string Action { get; init; } = "";
    public string ActorKind { get; init; } = "";
    public string ActorName { get; init; } = "";
    public string? ActorAddress { get; init; }
    public string? ServiceId { get; init; }
    public string? UserId { get; init; }
    public string? Serial { get; init; }
    public string? StateBefore { get; init; }
    public string? StateAfter { get; init; }
    public string? ReceiptNumber { get; init; }
    public string? Detail { get; init; }
    public string Chain { get; init; } = "";

    /// <summary>1, 2, 3 … in the chain.</summary>
    public long Position { get; init; }

    public string Mac { get; init; } = "";

    /// <summary>The row of an entry that has no place in a chain yet.</summary>
    public static AuditRow Of(string id, Entry entry, DateTimeOffset now) => new()
    {
        Id = id,
        InstitutionId = entry.InstitutionId,
        OccurredAt = now.ToRow(),
        Action = entry.Action,
        ActorKind = entry.Actor.Kind,
        ActorName = Storable(entry.Actor.Name, MaxActorName),
        ActorAddress = Storable(entry.Actor.Address, MaxAddress),
        ServiceId = Storable(entry.ServiceId, MaxId),
        UserId = Storable(entry.UserId, MaxId),
        Serial = entry.Serial,
        StateBefore = Storable(entry.Before, MaxState),
        StateAfter = Storable(entry.After, MaxState),
        ReceiptNumber = entry.ReceiptNumber,
        Detail = Storable(entry.Detail, MaxDetail),
    };

    /// <summary>What its mac is over: every column, and the mac of the entry before; null for the first of a chain.</summary>
    public string?[] Content(string? previousMac) =>
    [
        "entry", Chain, Position.ToString(CultureInfo.InvariantCulture), previousMac, Id, InstitutionId, OccurredAt.ToString(CultureInfo.InvariantCulture), Action,
        ActorKind, ActorName, ActorAddress, ServiceId, UserId, Serial, StateBefore, StateAfter, ReceiptNumber, Detail,
    ];

    // What no database gives back as it was written would look like tampering later: half a surrogate pair becomes U+FFFD on the way, NUL ends the text,
    // and what is longer than its column is refused or cut.
    [return: NotNullIfNotNull(nameof(text))]
    private static string? Storable(string? text, int length) =>
        text is null ? null : Shortened.To(length, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD'));
}
