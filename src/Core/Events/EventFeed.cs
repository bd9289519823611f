using System.Globalization;
using System.Text.Json;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;

namespace KenshinOtp.Events;

/// <param name="Id">Its place in the institution's sequence: 1, 2, 3 …</param>
/// <param name="Type">For example <c>token.confirmed</c>.</param>
/// <param name="OccurredAt">When.</param>
/// <param name="Data">Whom it concerns.</param>
public sealed record EventView(string Id, string Type, DateTimeOffset OccurredAt, JsonElement Data);

/// <param name="Items">Oldest first.</param>
/// <param name="NextCursor">What to ask for next time as <c>after</c>; the same again where there is nothing new.</param>
public sealed record EventPage(IReadOnlyList<EventView> Items, string NextCursor);

/// <summary>
/// What happened at an institution, in order and without gaps. Events are written with the changes that cause them and get their place in the sequence
/// when they are first read, from one counter: what commits later comes later, so that a reader who keeps the cursor misses nothing.
/// </summary>
public sealed class EventFeed(Database database)
{
    private const int NumberAtOnce = 1000;

    private const string SelectPage =
        """
        select position, type, occurred_at, data from event
        where institution_id = @InstitutionId and position > @After
        order by position
        """;

    private const string SelectWaiting = "select id from event where institution_id = @InstitutionId and position is null order by id";

    private const string SelectHead = "select position from event_head where institution_id = @InstitutionId";

    private const string MoveHead = "update event_head set position = @To where institution_id = @InstitutionId and position = @From";

    private const string NumberRow = "update event set position = @Position where id = @Id and position is null";

    private static readonly Statement<Numbered> NumberEach = new(NumberRow);

    /// <param name="institution">Whose.</param>
    /// <param name="after">The cursor of the page before; 0 for the first.</param>
    /// <param name="limit">Events of a page.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The page, or <c>invalid_request</c> for a cursor that lies ahead of all events.</returns>
    /// <remarks>
    /// Such a cursor was given before the database was restored to an earlier moment: whoever kept it must go back, or would miss as many events as were lost.
    /// </remarks>
    public async Task<Result<EventPage>> Read(Institution institution, long after, int limit, CancellationToken ct)
    {
        await Number(institution, ct);
        await using var session = await database.Read(ct);
        if (after > 0 && await session.Find<long>(SelectHead, new { InstitutionId = institution.Id }, ct) is var head && after > head)
        {
            return Problem.Invalid("after", $"after lies ahead of the newest event, which is {Show(head)}. If the cursor came from here, the centre was restored to an earlier moment: go on from newest.")
                .With("newest", Show(head));
        }

        var rows = await session.List<Row>(SelectPage + session.Dialect.Limit(limit), new { InstitutionId = institution.Id, After = after }, ct);
        var items = rows.Select(row => new EventView(Show(row.Position), row.Type, Instants.FromRow(row.OccurredAt), JsonElement.Parse(row.Data))).ToList();
        return new EventPage(items, Show(rows.Count > 0 ? rows[^1].Position : after));
    }

    private async Task Number(Institution institution, CancellationToken ct)
    {
        var args = new { InstitutionId = institution.Id };
        await using (var session = await database.Read(ct))
        {
            if ((await session.List<string>(SelectWaiting + session.Dialect.Limit(1), args, ct)).Count == 0)
                return;
        }

        await using var tx = await database.Begin(ct);
        var head = await tx.Find<long>(SelectHead, args, ct);
        var waiting = await tx.List<string>(SelectWaiting + tx.Dialect.Limit(NumberAtOnce), args, ct);
        if (await tx.Execute(MoveHead, new { InstitutionId = institution.Id, From = head, To = head + waiting.Count }, ct) == 0)
            return; // another reader numbers them at this moment
        await tx.ExecuteEach([.. waiting.Select((id, i) => NumberEach.With(new(id, head + i + 1)))], ct);
        await tx.Commit(ct);
    }

    private static string Show(long position) => position.ToString(CultureInfo.InvariantCulture);

    private sealed record Numbered(string Id, long Position);

    private sealed class Row
    {
        public long Position { get; init; }
        public string Type { get; init; } = "";
        public long OccurredAt { get; init; }
        public string Data { get; init; } = "";
    }
}
