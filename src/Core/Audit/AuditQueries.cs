using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using KenshinOtp.Data;
using KenshinOtp.Results;

namespace KenshinOtp.Audit;

/// <summary>Which entries of an institution are wanted; what is null is not asked for.</summary>
public sealed record AuditFilter
{
    /// <summary>From this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until before this instant.</summary>
    public DateTimeOffset? To { get; init; }

    public string? Action { get; init; }

    /// <summary>The actor's kind or name.</summary>
    public string? Actor { get; init; }

    public string? ServiceId { get; init; }
    public string? UserId { get; init; }
    public string? Serial { get; init; }
    public string? Receipt { get; init; }

    /// <summary>The filter as the end of a statement's condition.</summary>
    internal string Condition =>
        (From is null ? "" : " and occurred_at >= @From")
        + (To is null ? "" : " and occurred_at < @To")
        + (Action is null ? "" : " and action = @Action")
        + (Actor is null ? "" : " and (actor_kind = @Actor or actor_name = @Actor)")
        + (ServiceId is null ? "" : " and service_id = @ServiceId")
        + (UserId is null ? "" : " and user_id = @UserId")
        + (Serial is null ? "" : " and serial = @Serial")
        + (Receipt is null ? "" : " and receipt_number = @Receipt");
}

/// <summary>An entry as people read it.</summary>
public sealed record AuditView(string Id, DateTimeOffset OccurredAt, string Action, Actor Actor)
{
    public string? ServiceId { get; init; }
    public string? UserId { get; init; }
    public string? Serial { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
    public string? ReceiptNumber { get; init; }
    public string? Detail { get; init; }

    /// <summary>Its place, as a verification names it.</summary>
    public required string Chain { get; init; }

    public required long Position { get; init; }
}

/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">Where the next page begins; null for the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditView> Items, string? NextCursor);

/// <summary>Reads an institution's audit trail.</summary>
public sealed class AuditQueries(Database database, AuditStore entries)
{
    /// <param name="institutionId">Whose.</param>
    /// <param name="filter">Which entries.</param>
    /// <param name="cursor">Where the page before ended; null for the first.</param>
    /// <param name="limit">Rows of a page, 1 to 500.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<AuditPage>> Page(string institutionId, AuditFilter filter, string? cursor, int limit, CancellationToken ct)
    {
        Place? before = null;
        if (cursor is not null && !Place.TryParse(cursor, out before))
            return Problem.Invalid("cursor", "cursor must be the nextCursor of an earlier answer.");
        await using var session = await database.Read(ct);
        var condition = filter.Condition
            + (before is null ? "" : " and occurred_at <= @At and (occurred_at < @At or id < @Id)")
            + " order by occurred_at desc, id desc";
        var rows = await entries.Matching(session, condition, Args(institutionId, filter, before), limit + 1, ct);
        var last = rows.Count > limit ? rows[limit - 1] : null;
        return new AuditPage([.. rows.Take(limit).Select(View)], last is null ? null : new Place(last.OccurredAt, last.Id).ToString());
    }

    /// <summary>All that the filter lets through, oldest first, a page in memory at a time; no page holds up a writer.</summary>
    public async IAsyncEnumerable<AuditView> Stream(
        string institutionId, AuditFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        const int pageSize = 1000;
        await using var session = await database.Read(ct);
        Place? after = null;
        IReadOnlyList<AuditRow> rows;
        do
        {
            var condition = filter.Condition
                + (after is null ? "" : " and occurred_at >= @At and (occurred_at > @At or id > @Id)")
                + " order by occurred_at, id";
            rows = await entries.Matching(session, condition, Args(institutionId, filter, after), pageSize, ct);
            foreach (var row in rows)
                yield return View(row);
            after = rows.Count > 0 ? new Place(rows[^1].OccurredAt, rows[^1].Id) : after;
        }
        while (rows.Count == pageSize);
    }

    private static object Args(string institutionId, AuditFilter filter, Place? place) => new
    {
        InstitutionId = institutionId,
        From = filter.From.ToRow(),
        To = filter.To.ToRow(),
        filter.Action,
        filter.Actor,
        filter.ServiceId,
        filter.UserId,
        filter.Serial,
        filter.Receipt,
        place?.At,
        place?.Id,
    };

    private static AuditView View(AuditRow row) =>
        new(row.Id, Instants.FromRow(row.OccurredAt), row.Action, new Actor(row.ActorKind, row.ActorName, row.ActorAddress))
        {
            ServiceId = row.ServiceId,
            UserId = row.UserId,
            Serial = row.Serial,
            Before = row.StateBefore,
            After = row.StateAfter,
            ReceiptNumber = row.ReceiptNumber,
            Detail = row.Detail,
            Chain = row.Chain,
            Position = row.Position,
        };

    /// <summary>A place in the order of time; entries of one millisecond in the order of their ids.</summary>
    private sealed record Place(long At, string Id)
    {
        public static bool TryParse(string cursor, out Place? place)
        {
            place = null;
            if (!Base64Url.IsValid(cursor))
                return false;
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('.');
            if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
                || !parts[1].All(char.IsAsciiLetterOrDigit))
                return false;
            place = new(at, parts[1]);
            return true;
        }

        public override string ToString() =>
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At}.{Id}")));
    }
}
