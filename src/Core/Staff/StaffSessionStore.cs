using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Staff;

/// <summary>How far a log-in has come.</summary>
public enum SignInStage
{
    /// <summary>The password was right; the one-time password is still to come.</summary>
    Password,
    Full,
}

/// <summary>A session of a member of staff, as the person and head office see it.</summary>
public sealed record StaffSession(
    string Id, string StaffId, SignInStage Stage, string? Address, string? Agent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt)
{
    public Workplace Workplace => new(Address, Agent);
}

/// <summary>A session with its person.</summary>
public sealed record ListedSession(StaffSession Session, string Login, string DisplayName);

public sealed class StaffSessionStore
{
    private const string Select = "select s.id, s.staff_id, s.stage, s.address, s.agent, s.created_at, s.last_seen_at";

    private const string SelectByCookie =
        Select + """
         from staff_session s
        where s.cookie_hash = @CookieHash and s.ended_at is null and s.last_seen_at > @SeenAfter and s.created_at > @CreatedAfter
        """;

    private const string SelectOpen =
        Select + """
        , m.login, m.display_name
        from staff_session s join staff m on m.id = s.staff_id
        where m.institution_id = @InstitutionId and (@StaffId is null or m.id = @StaffId)
          and s.ended_at is null and s.stage = 'full' and s.last_seen_at > @SeenAfter and s.created_at > @CreatedAfter
        order by s.last_seen_at desc
        """;

    private const string InsertRow =
        """
        insert into staff_session (id, staff_id, cookie_hash, stage, address, agent, created_at, last_seen_at)
        values (@Id, @StaffId, @CookieHash, @Stage, @Address, @Agent, @Now, @Now)
        """;

    private const string SeenRow = "update staff_session set last_seen_at = @Now where id = @Id and ended_at is null";
    private const string EndRow = "update staff_session set ended_at = @Now where id = @Id and ended_at is null";
    private const string EndRows = "update staff_session set ended_at = @Now where staff_id = @StaffId and ended_at is null";

    private const string SelectUnseen = "select id from staff_session where id > @After and last_seen_at <= @Before order by id";
    private const string DeleteRow = "delete from staff_session where id = @Id and last_seen_at <= @Before";

    private const string EndReachable =
        """
        update staff_session set ended_at = @Now
        where id = @Id and ended_at is null
          and staff_id in (select id from staff where institution_id = @InstitutionId and (@StaffId is null or id = @StaffId))
        """;

    public async Task<StaffSession?> Find(Session session, BearerCode cookie, DateTimeOffset seenAfter, DateTimeOffset createdAfter, CancellationToken ct) =>
        (await session.Find<Row>(SelectByCookie, new { CookieHash = cookie.Hash, SeenAfter = seenAfter.ToRow(), CreatedAfter = createdAfter.ToRow() }, ct))?.ToDomain();

    /// <param name="session">Where to read.</param>
    /// <param name="institutionId">The institution.</param>
    /// <param name="staffId">One person's only; null for everybody's.</param>
    /// <param name="seenAfter">Idle ones have ended.</param>
    /// <param name="createdAfter">Old ones have ended.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<IReadOnlyList<ListedSession>> Open(
        Session session, string institutionId, string? staffId, DateTimeOffset seenAfter, DateTimeOffset createdAfter, CancellationToken ct)
    {
        var rows = await session.List<Row>(SelectOpen + session.Dialect.Limit(200), new
        {
            InstitutionId = institutionId,
            StaffId = staffId,
            SeenAfter = seenAfter.ToRow(),
            CreatedAfter = createdAfter.ToRow(),
        }, ct);
        return [.. rows.Select(row => new ListedSession(row.ToDomain(), row.Login, row.DisplayName))];
    }

    public Task Insert(Tx tx, StaffSession opened, BearerCode cookie, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        opened.Id,
        opened.StaffId,
        CookieHash = cookie.Hash,
        Stage = opened.Stage.ToRow(),
        opened.Address,
        opened.Agent,
        Now = opened.CreatedAt.ToRow(),
    }, ct);

    public Task Seen(Tx tx, string id, DateTimeOffset now, CancellationToken ct) => tx.Execute(SeenRow, new { Id = id, Now = now.ToRow() }, ct);

    public Task End(Tx tx, string id, DateTimeOffset now, CancellationToken ct) => tx.Execute(EndRow, new { Id = id, Now = now.ToRow() }, ct);

    /// <summary>Ends every session of a person.</summary>
    public Task EndAll(Tx tx, string staffId, DateTimeOffset now, CancellationToken ct) =>
        tx.Execute(EndRows, new { StaffId = staffId, Now = now.ToRow() }, ct);

    /// <returns>False if it is not within reach, or has ended.</returns>
    public async Task<bool> End(Tx tx, string id, string institutionId, string? staffId, DateTimeOffset now, CancellationToken ct) =>
        await tx.Execute(EndReachable, new { Id = id, InstitutionId = institutionId, StaffId = staffId, Now = now.ToRow() }, ct) == 1;

    /// <summary>Sessions that have shown no sign of life since an instant, when they must have been over long ago.</summary>
    /// <returns>Ids in their order, from the first after <paramref name="after"/>.</returns>
    public Task<IReadOnlyList<string>> UnseenSince(Session session, DateTimeOffset before, string after, int limit, CancellationToken ct) =>
        session.ScanList<string>(SelectUnseen + session.Dialect.Limit(limit), new { After = after, Before = before.ToRow() }, ct);

    /// <summary>Forgets those of the sessions that still have shown none.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DeleteUnseenSince(Tx tx, IReadOnlyList<string> ids, DateTimeOffset before, CancellationToken ct)
    {
        var deleted = 0;
        foreach (var id in ids)
            deleted += await tx.Execute(DeleteRow, new { Id = id, Before = before.ToRow() }, ct);
        return deleted;
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string StaffId { get; init; } = "";
        public string Stage { get; init; } = "";
        public string? Address { get; init; }
        public string? Agent { get; init; }
        public long CreatedAt { get; init; }
        public long LastSeenAt { get; init; }
        public string Login { get; init; } = "";
        public string DisplayName { get; init; } = "";

        public StaffSession ToDomain() => new(
            Id, StaffId, EnumNames.Parse<SignInStage>(Stage), Address, Agent, Instants.FromRow(CreatedAt), Instants.FromRow(LastSeenAt));
    }
}
