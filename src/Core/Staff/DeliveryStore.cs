using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Tokens;

namespace KenshinOtp.Staff;

/// <param name="Status">Queued, sent or failed; null for all.</param>
/// <param name="Retried">Only those that were tried more than once.</param>
public sealed record DeliveryFilter(MailStatus? Status, bool Retried);

/// <summary>A mail as staff see it.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Purpose">What it is about.</param>
/// <param name="To">The address, in full: staff correct it.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="NextAttemptAt">When it is tried next, while it is queued.</param>
/// <param name="Answer">The mail server's words.</param>
/// <param name="CreatedAt">When it was queued.</param>
/// <param name="SentAt">When the server took it.</param>
/// <param name="ServiceId">The contract, or null.</param>
/// <param name="UserId">The user who waits for it, or null.</param>
/// <param name="Resendable">Whether sending it again makes sense: the token still waits for its first password.</param>
public sealed record DeliveredMail(
    string Id, string Purpose, string To, MailStatus Status, int Attempts, DateTimeOffset? NextAttemptAt, string? Answer, DateTimeOffset CreatedAt,
    DateTimeOffset? SentAt, string? ServiceId, string? UserId, bool Resendable);

/// <summary>Reads the outbox for staff.</summary>
public sealed class DeliveryStore
{
    private const string Select =
        $"""
        select m.id, m.purpose, m.to_address, m.status, m.attempts, m.next_attempt_at, m.last_answer, m.created_at, m.sent_at, c.service_id, u.user_id,
               {TokenListStore.StateNow} as token_status, case when i.mail_id = m.id then 1 else 0 end as newest
        from outbox_mail m left join token t on t.id = m.token_id left join contract c on c.id = t.contract_id
             left join issuance i on i.token_id = t.id left join contract_user u on u.id = i.user_row_id
        """;

    private const string WithinReach = " where m.institution_id = @InstitutionId and m.id < @Last and (@Branch is null or c.branch = @Branch)";
    private const string NewestFirst = " order by m.id desc";

    private const string SelectPage = Select + WithinReach + " and (@Status is null or m.status = @Status)" + NewestFirst;

    // What is rare among the mails has indexes of its own; the words of an index stand in its statement as they are, for else no engine knows that they belong together.
    private const string SelectFailed = Select + WithinReach + " and m.status = 'failed' and m.attempts >= @MinAttempts" + NewestFirst;
    private const string SelectRetried = Select + WithinReach + " and m.attempts > 1 and (@Status is null or m.status = @Status)" + NewestFirst;

    // What waits lies in the index by which the worker takes it, in another order; coalesce keeps SQLite from walking through all mails instead because they lie in
    // the order of the page.
    private const string SelectQueued =
        Select + """
         where m.status = 'queued' and coalesce(m.institution_id, '') = @InstitutionId and coalesce(m.id, '') < @Last
          and (@Branch is null or c.branch = @Branch) and m.attempts >= @MinAttempts
        order by m.id desc
        """;

    private const string SelectOne =
        Select + " where m.institution_id = @InstitutionId and m.id = @Id and (@Branch is null or c.branch = @Branch)";

    private const string SelectOfContract = Select + " where t.contract_id = @ContractId order by m.id desc";

    // From the mails that were refused: they are fewer than the tokens that wait, of which many wait for ever.
    private const string SelectCountFailed =
        $"""
        select count(*) from outbox_mail m join issuance i on i.token_id = m.token_id join token t on t.id = i.token_id join contract c on c.id = t.contract_id
        where m.institution_id = @InstitutionId and m.status = 'failed' and i.mail_id = m.id
          and {TokenListStore.AwaitsConfirmation} and (@Branch is null or c.branch = @Branch)
        """;

    private const string LastId = "~"; // after every id

    public async Task<IReadOnlyList<DeliveredMail>> Page(
        Session session, StaffVisit visit, DeliveryFilter filter, string? before, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var select = filter switch
        {
            { Status: MailStatus.Failed } => SelectFailed,
            { Status: MailStatus.Queued } => SelectQueued,
            { Retried: true } => SelectRetried,
            _ => SelectPage,
        };
        var rows = await session.List<Row>(select + session.Dialect.Limit(limit), new
        {
            InstitutionId = visit.Institution.Id,
            visit.Member.Branch,
            Last = before ?? LastId,
            Status = filter.Status?.ToRow(),
            MinAttempts = filter.Retried ? 2 : 0,
            Now = now.ToRow(),
        }, ct);
        return [.. rows.Select(row => row.ToDomain())];
    }

    public async Task<DeliveredMail?> Find(Session session, StaffVisit visit, string id, DateTimeOffset now, CancellationToken ct) =>
        (await session.Find<Row>(SelectOne, new { InstitutionId = visit.Institution.Id, Id = id, visit.Member.Branch, Now = now.ToRow() }, ct))?.ToDomain();

    public async Task<IReadOnlyList<DeliveredMail>> OfContract(Session session, string contractId, int limit, DateTimeOffset now, CancellationToken ct) =>
        [.. (await session.List<Row>(SelectOfContract + session.Dialect.Limit(limit), new { ContractId = contractId, Now = now.ToRow() }, ct)).Select(row => row.ToDomain())];

    /// <summary>How many users wait for a mail that was refused.</summary>
    public Task<int> CountFailed(Session session, StaffVisit visit, DateTimeOffset now, CancellationToken ct) =>
        session.Find<int>(SelectCountFailed, new { InstitutionId = visit.Institution.Id, visit.Member.Branch, Now = now.ToRow() }, ct);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Purpose { get; init; } = "";
        public string ToAddress { get; init; } = "";
        public string Status { get; init; } = "";
        public int Attempts { get; init; }
        public long NextAttemptAt { get; init; }
        public string? LastAnswer { get; init; }
        public long CreatedAt { get; init; }
        public long? SentAt { get; init; }
        public string? ServiceId { get; init; }
        public string? UserId { get; init; }
        public string? TokenStatus { get; init; }
        public int Newest { get; init; }

        public DeliveredMail ToDomain() => new(
            Id, Purpose, ToAddress, EnumNames.Parse<MailStatus>(Status), Attempts,
            Status is "queued" ? Instants.FromRow(NextAttemptAt) : null, LastAnswer, Instants.FromRow(CreatedAt), Instants.FromRow(SentAt), ServiceId, UserId,
            Newest == 1 && TokenStatus is "issued" or "activated");
    }
}
