using KenshinOtp.Audit;
using KenshinOtp.Text;
using KenshinOtp.Tokens;
using Microsoft.Extensions.Primitives;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What is asked of the audit trail, as it was typed. Days are Japanese ones, both inclusive.</summary>
internal sealed record AuditCriteria
{
    private const int DaysUnasked = 31;

    public string From { get; private init; } = "";
    public string To { get; private init; } = "";
    public string Action { get; private init; } = "";
    public string Actor { get; private init; } = "";
    public string ServiceId { get; private init; } = "";
    public string UserId { get; private init; } = "";
    public string Serial { get; private init; } = "";
    public string Receipt { get; private init; } = "";

    /// <summary>Whether the first day is not one that was asked for.</summary>
    public bool IsCut { get; private init; }

    private IEnumerable<(string Name, string Value)> Given => new[]
    {
        ("from", From), ("to", To), ("action", Action), ("actor", Actor), ("serviceId", ServiceId), ("userId", UserId), ("serial", Serial), ("receipt", Receipt),
    }.Where(pair => pair.Item2.Length > 0);

    /// <summary>
    /// Reads what was typed. What no index leads to is looked for in a month, unless a first day says how far back: a trail of years would be read from end to end.
    /// </summary>
    public static AuditCriteria Read(IEnumerable<KeyValuePair<string, StringValues>> fields, DateTimeOffset now)
    {
        var asked = Read(fields);
        if (asked is not { From: "", ServiceId: "", Serial: "", Receipt: "" } || asked is { Action: "", Actor: "", UserId: "" })
            return asked;
        var last = Japan.TryParseDay(asked.To, out var day) ? Japan.Midnight(day) : now;
        return asked with { From = Japan.Sortable(last.AddDays(1 - DaysUnasked))[..10], IsCut = true };
    }

    private static AuditCriteria Read(IEnumerable<KeyValuePair<string, StringValues>> fields)
    {
        var typed = fields.ToDictionary(field => field.Key, field => HalfWidth.Fold(field.Value.ToString()).Trim(), StringComparer.Ordinal);
        return new()
        {
            From = typed.GetValueOrDefault("from", ""),
            To = typed.GetValueOrDefault("to", ""),
            Action = typed.GetValueOrDefault("action", ""),
            Actor = typed.GetValueOrDefault("actor", ""),
            ServiceId = typed.GetValueOrDefault("serviceId", ""),
            UserId = typed.GetValueOrDefault("userId", ""),
            Serial = SerialNumber.TryParse(typed.GetValueOrDefault("serial", ""), out var serial) ? serial.Value : typed.GetValueOrDefault("serial", "").ToUpperInvariant(),
            Receipt = typed.GetValueOrDefault("receipt", "").ToUpperInvariant(),
        };
    }

    /// <returns>The filter, or null with the faults noted.</returns>
    public AuditFilter? Check(Faults faults, StaffWorkTexts words, StaffWords names)
    {
        var (from, to) = (Day("from", From, faults, words), Day("to", To, faults, words));
        if (from > to)
            faults.Add("to", words["Audit_Reversed"]);
        return faults.Any ? null : new()
        {
            From = from,
            To = to?.AddDays(1),
            Action = Or(Action),
            Actor = Or(names.ActorAsked(Actor)),
            ServiceId = Or(ServiceId),
            UserId = Or(UserId),
            Serial = Or(Serial),
            Receipt = Or(Receipt),
        };
    }

    /// <summary>The page that asks the same, from a place on.</summary>
    public string Link(string cursor) =>
        $"{StaffPaths.Audit}?{string.Concat(Given.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}&"))}cursor={Uri.EscapeDataString(cursor)}";

    /// <summary>As the audit trail itself notes it.</summary>
    public override string ToString() => Shortened.To(300, string.Join("; ", Given.Select(pair => $"{pair.Name} {pair.Value}")));

    private static DateTimeOffset? Day(string field, string typed, Faults faults, StaffWorkTexts words)
    {
        if (typed.Length == 0)
            return null;
        if (Japan.TryParseDay(typed, out var day))
            return Japan.Midnight(day);
        faults.Add(field, words["Audit_DayInvalid"]);
        return null;
    }

    private static string? Or(string text) => text.Length == 0 ? null : text;
}
