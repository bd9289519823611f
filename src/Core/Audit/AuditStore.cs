using KenshinOtp.Data;

namespace KenshinOtp.Audit;

/// <summary>A chain and the highest position in it; 0 where all of it is in an archive.</summary>
public sealed class ChainLength
{
    public string Chain { get; init; } = "";
    public long Position { get; init; }
}

/// <summary>The entries, chain by chain.</summary>
public sealed class AuditStore
{
    private const string Columns =
        """
        id, institution_id, occurred_at, action, actor_kind, actor_name, actor_address, service_id, user_id, serial,
        state_before, state_after, receipt_number, detail, chain, position, mac
        """;

    private const string InsertRow =
        $"""
        insert into audit_entry ({Columns})
        values (@Id, @InstitutionId, @OccurredAt, @Action, @ActorKind, @ActorName, @ActorAddress, @ServiceId, @UserId, @Serial,
                @StateBefore, @StateAfter, @ReceiptNumber, @Detail, @Chain, @Position, @Mac)
        """;

    private const string SelectPage = $"select {Columns} from audit_entry where chain = @Chain and position > @After order by position";
    private const string SelectLast = $"select {Columns} from audit_entry where chain = @Chain order by position desc";
    private const string SelectInstitution = "select institution_id from audit_entry where chain = @Chain";
    private const string SelectMatching = $"select {Columns} from audit_entry where institution_id = @InstitutionId";
    private const string SelectFirstChain = "select min(chain) from audit_entry";
    private const string SelectNextChain = "select min(chain) from audit_entry where chain > @After";

    // By the entries that chains begin with, which have an index of their own: entries are many, chains are few. max is a look at the end of an index.
    private const string SelectBegun =
        """
        select f.chain, (select max(e.position) from audit_entry e where e.chain = f.chain) as position
        from audit_entry f where f.position = 1 and f.chain > @After
        order by f.chain
        """;

    private const string CountAll = "select count(*) from audit_entry";
    private const string CountOf = "select count(*) from audit_entry where institution_id = @InstitutionId";
    private const string CountUpTo = "select count(*) from audit_entry where chain = @Chain and position <= @Position";
    private const string CountAdrift = "select count(*) from audit_entry where chain is null or position is null";
    private const string DeleteUpTo = "delete from audit_entry where chain = @Chain and position <= @Position";

    private static readonly Statement<AuditRow> InsertEach = new(InsertRow);

    /// <summary>Inserts entries with the commit.</summary>
    public void Insert(Tx tx, IReadOnlyList<AuditRow> rows) => tx.InsertLast(InsertEach, rows);

    /// <summary>Rows of a chain, in order.</summary>
    public Task<IReadOnlyList<AuditRow>> Page(Session session, string chain, long after, int rows, CancellationToken ct) =>
        session.List<AuditRow>(SelectPage + session.Dialect.Limit(rows), new { Chain = chain, After = after }, ct);

    public async Task<AuditRow?> Last(Session session, string chain, CancellationToken ct) =>
        (await session.List<AuditRow>(SelectLast + session.Dialect.Limit(1), new { Chain = chain }, ct)).FirstOrDefault();

    /// <summary>The institution of a chain, by its first entry at hand.</summary>
    public async Task<string?> InstitutionOf(Session session, string chain, CancellationToken ct) =>
        (await session.List<string>(SelectInstitution + " order by position" + session.Dialect.Limit(1), new { Chain = chain }, ct)).FirstOrDefault();

    /// <summary>Rows of an institution that a filter lets through.</summary>
    public Task<IReadOnlyList<AuditRow>> Matching(Session session, string condition, object args, int rows, CancellationToken ct) =>
        session.List<AuditRow>(SelectMatching + condition + session.Dialect.Limit(rows), args, ct);

    /// <summary>The chain after the given one, in the order in which they were begun; null after the last.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="after">A chain, or any beginning of one; null for the very first.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<string?> NextChain(Session session, string? after, CancellationToken ct) =>
        after is null ? session.Find<string>(SelectFirstChain, args: null, ct) : session.Find<string>(SelectNextChain, new { After = after }, ct);

    /// <summary>Chains whose beginning is here, with their lengths, in the order in which they were begun.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="after">A chain, or any beginning of one.</param>
    /// <param name="limit">Rows of a page.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<ChainLength>> Begun(Session session, string after, int limit, CancellationToken ct) =>
        session.List<ChainLength>(SelectBegun + session.Dialect.Limit(limit), new { After = after }, ct);

    /// <param name="session">Where to look.</param>
    /// <param name="institutionId">One institution; null for all.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<long> Count(Session session, string? institutionId, CancellationToken ct) =>
        institutionId is null ? session.Scan<long>(CountAll, args: null, ct) : session.Scan<long>(CountOf, new { InstitutionId = institutionId }, ct);

    /// <summary>How many rows a chain has up to a position.</summary>
    public Task<long> CountOfChain(Session session, string chain, long upTo, CancellationToken ct) =>
        session.Scan<long>(CountUpTo, new { Chain = chain, Position = upTo }, ct);

    /// <summary>Rows outside every chain: the schema does not permit them, whoever can change the schema can make them.</summary>
    public Task<long> Adrift(Session session, CancellationToken ct) => session.Scan<long>(CountAdrift, args: null, ct);

    public Task Delete(Tx tx, string chain, long upTo, CancellationToken ct) => tx.Execute(DeleteUpTo, new { Chain = chain, Position = upTo }, ct);
}
