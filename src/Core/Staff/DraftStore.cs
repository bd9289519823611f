using KenshinOtp.Data;

namespace KenshinOtp.Staff;

public sealed class DraftStore
{
    private const string Select =
        """
        select d.id, d.institution_id, d.action, d.contract_id, c.service_id, c.name as contract_name, c.branch, u.user_id, u.display_name as user_name, d.token_id, t.serial,
               d.form_number, d.reason, d.note, d.status, d.drafted_by, m.display_name as drafter_name, d.drafted_at, d.expires_at,
               x.display_name as decider_name, d.decided_at, d.decision_note, d.receipt_number
        from draft d join contract c on c.id = d.contract_id left join contract_user u on u.id = d.user_row_id left join token t on t.id = d.token_id
             join staff m on m.id = d.drafted_by left join staff x on x.id = d.decided_by
        """;

    private const string SelectOne =
        Select + " where d.institution_id = @InstitutionId and d.id = @Id and (@Branch is null or c.branch = @Branch)";

    private const string SelectOpen =
        Select + """
         where d.institution_id = @InstitutionId and d.status = 'open' and d.expires_at > @Now and (@Branch is null or c.branch = @Branch) and d.id > @After
        order by d.id
        """;

    private const string SelectNext =
        Select + """
         where d.institution_id = @InstitutionId and d.status = 'open' and d.expires_at > @Now and (@Branch is null or c.branch = @Branch) and d.drafted_by <> @MemberId
        order by d.id
        """;

    private const string SelectOfContract = Select + " where d.contract_id = @ContractId order by d.id desc";

    private const string CountOpen =
        """
        select count(*) from draft d join contract c on c.id = d.contract_id
        where d.institution_id = @InstitutionId and d.status = 'open' and d.expires_at > @Now and (@Branch is null or c.branch = @Branch)
        """;

    private const string CountSame =
        """
        select count(*) from draft
        where contract_id = @ContractId and status = 'open' and expires_at > @Now and action = @Action and (token_id = @TokenId or @TokenId is null)
        """;

    private const string InsertRow =
        """
        insert into draft (id, institution_id, action, contract_id, user_row_id, token_id, form_number, reason, note, status, drafted_by, drafted_at, expires_at)
        values (@Id, @InstitutionId, @Action, @ContractId, @UserRowId, @TokenId, @FormNumber, @Reason, @Note, 'open', @DraftedBy, @DraftedAt, @ExpiresAt)
        """;

    private const string DecideRow =
        """
        update draft set status = @To, decided_by = @DecidedBy, decided_at = @Now, decision_note = @Note
        where id = @Id and status = 'open' and expires_at > @Now
        """;

    private const string KeepReceipt = "update draft set receipt_number = @Number where id = @Id";
    private const string SelectLapsed = Select + " where d.status = 'open' and d.expires_at <= @Now order by d.id";
    private const string ExpireRow = "update draft set status = 'expired', decided_at = @Now where id = @Id and status = 'open' and expires_at <= @Now";

    private const string SelectOpenOfContract = Select + " where d.contract_id = @ContractId and d.status = 'open' order by d.id";
    private const string DropRow = "update draft set status = 'expired', decided_at = @Now where id = @Id and status = 'open'";

    /// <summary>Marks what waits for a contract that ends: it was drafted for what is no longer there.</summary>
    /// <returns>The drafts that were marked, as they were.</returns>
    public async Task<IReadOnlyList<Draft>> Drop(Tx tx, string contractId, DateTimeOffset now, CancellationToken ct)
    {
        var dropped = new List<Draft>();
        foreach (var row in await tx.List<Row>(SelectOpenOfContract, new { ContractId = contractId }, ct))
        {
            if (await tx.Execute(DropRow, new { row.Id, Now = now.ToRow() }, ct) == 1)
                dropped.Add(row.ToDomain());
        }

        return dropped;
    }

    public async Task<Draft?> Find(Session session, StaffVisit visit, string id, CancellationToken ct) =>
        (await session.Find<Row>(SelectOne, new { InstitutionId = visit.Institution.Id, Id = id, visit.Member.Branch }, ct))?.ToDomain();

    /// <summary>What waits for an approval within reach, the oldest first.</summary>
    public async Task<IReadOnlyList<Draft>> Open(Session session, StaffVisit visit, string after, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { InstitutionId = visit.Institution.Id, visit.Member.Branch, After = after, Now = now.ToRow() };
        return [.. (await session.List<Row>(SelectOpen + session.Dialect.Limit(limit), args, ct)).Select(row => row.ToDomain())];
    }

    /// <summary>What this person can decide next: the oldest that others have drafted.</summary>
    public async Task<Draft?> Next(Session session, StaffVisit visit, DateTimeOffset now, CancellationToken ct)
    {
        var args = new { InstitutionId = visit.Institution.Id, visit.Member.Branch, MemberId = visit.Member.Id, Now = now.ToRow() };
        return (await session.List<Row>(SelectNext + session.Dialect.Limit(1), args, ct)).FirstOrDefault()?.ToDomain();
    }

    public Task<int> CountOpenOnes(Session session, StaffVisit visit, DateTimeOffset now, CancellationToken ct) =>
        session.Find<int>(CountOpen, new { InstitutionId = visit.Institution.Id, visit.Member.Branch, Now = now.ToRow() }, ct);

    public async Task<IReadOnlyList<Draft>> OfContract(Session session, string contractId, int limit, CancellationToken ct) =>
        [.. (await session.List<Row>(SelectOfContract + session.Dialect.Limit(limit), new { ContractId = contractId }, ct)).Select(row => row.ToDomain())];

    /// <summary>Whether the same waits for an approval already.</summary>
    public async Task<bool> Exists(Session session, StaffAction action, string contractId, string? tokenId, DateTimeOffset now, CancellationToken ct) =>
        await session.Find<int>(CountSame, new { ContractId = contractId, Action = action.ToRow(), TokenId = tokenId, Now = now.ToRow() }, ct) > 0;

    public Task Insert(Tx tx, Draft draft, string? userRowId, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        draft.Id,
        draft.InstitutionId,
        Action = draft.Action.ToRow(),
        draft.ContractId,
        UserRowId = userRowId,
        draft.TokenId,
        draft.Paper.FormNumber,
        Reason = draft.Paper.Reason.ToRow(),
        draft.Paper.Note,
        draft.DraftedBy,
        DraftedAt = draft.DraftedAt.ToRow(),
        ExpiresAt = draft.ExpiresAt.ToRow(),
    }, ct);

    /// <returns>False if somebody else decided first, or it is too late.</returns>
    public async Task<bool> Decide(Tx tx, Draft draft, DraftStatus to, string staffId, string? note, DateTimeOffset now, CancellationToken ct) =>
        await tx.Execute(DecideRow, new { draft.Id, To = to.ToRow(), DecidedBy = staffId, Note = note, Now = now.ToRow() }, ct) == 1;

    public Task Keep(Tx tx, Draft draft, string receiptNumber, CancellationToken ct) =>
        tx.Execute(KeepReceipt, new { draft.Id, Number = receiptNumber }, ct);

    /// <summary>Marks what nobody decided in time.</summary>
    /// <returns>The drafts that were marked, as they were.</returns>
    public async Task<IReadOnlyList<Draft>> Expire(Tx tx, DateTimeOffset now, int limit, CancellationToken ct)
    {
        var expired = new List<Draft>();
        foreach (var row in await tx.List<Row>(SelectLapsed + tx.Dialect.Limit(limit), new { Now = now.ToRow() }, ct))
        {
            if (await tx.Execute(ExpireRow, new { row.Id, Now = now.ToRow() }, ct) == 1)
                expired.Add(row.ToDomain());
        }

        return expired;
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string InstitutionId { get; init; } = "";
        public string Action { get; init; } = "";
        public string ContractId { get; init; } = "";
        public string ServiceId { get; init; } = "";
        public string ContractName { get; init; } = "";
        public string? Branch { get; init; }
        public string? UserId { get; init; }
        public string? UserName { get; init; }
        public string? TokenId { get; init; }
        public string? Serial { get; init; }
        public string FormNumber { get; init; } = "";
        public string Reason { get; init; } = "";
        public string? Note { get; init; }
        public string Status { get; init; } = "";
        public string DraftedBy { get; init; } = "";
        public string DrafterName { get; init; } = "";
        public long DraftedAt { get; init; }
        public long ExpiresAt { get; init; }
        public string? DeciderName { get; init; }
        public long? DecidedAt { get; init; }
        public string? DecisionNote { get; init; }
        public string? ReceiptNumber { get; init; }

        public Draft ToDomain() => new()
        {
            Id = Id,
            InstitutionId = InstitutionId,
            Action = EnumNames.Parse<StaffAction>(Action),
            ContractId = ContractId,
            ServiceId = Contracts.ServiceId.TryParse(ServiceId, out var serviceId) ? serviceId : throw new FormatException("Not a service ID in a row."),
            ContractName = ContractName,
            Branch = Branch,
            UserId = Contracts.UserId.TryParse(UserId, out var userId) ? userId : null,
            UserName = UserName,
            TokenId = TokenId,
            Serial = Serial,
            Paper = new(FormNumber, EnumNames.Parse<PaperReason>(Reason), Note),
            Status = EnumNames.Parse<DraftStatus>(Status),
            DraftedBy = DraftedBy,
            DrafterName = DrafterName,
            DraftedAt = Instants.FromRow(DraftedAt),
            ExpiresAt = Instants.FromRow(ExpiresAt),
            DeciderName = DeciderName,
            DecidedAt = Instants.FromRow(DecidedAt),
            DecisionNote = DecisionNote,
            ReceiptNumber = ReceiptNumber,
        };
    }
}
