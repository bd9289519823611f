using KenshinOtp.Data;
using KenshinOtp.Receipts;

namespace KenshinOtp.Staff;

/// <summary>A receipt as staff print it.</summary>
/// <param name="Receipt">What was accepted.</param>
/// <param name="ContractName">The contract's name.</param>
/// <param name="Branch">The branch that looks after it, or null.</param>
/// <param name="UserName">The user concerned; null for the whole contract.</param>
/// <param name="ActorKind">The sort of actor, as the audit trail names it; null where the entry is archived.</param>
/// <param name="ActorName">The name of the member of staff, or whatever the audit trail calls the actor; null likewise.</param>
/// <param name="DrafterName">Who drafted what the actor approved; null where one person was enough.</param>
/// <param name="Paper">The form behind it; null for what was not done on paper.</param>
/// <param name="Tokens">The tokens that died with the contract.</param>
public sealed record StaffReceipt(
    StoredReceipt Receipt, string ContractName, string? Branch, string? UserName, string? ActorKind, string? ActorName, string? DrafterName, Paper? Paper,
    IReadOnlyList<StoredReceipt> Tokens);

/// <summary>Finds receipts of the whole institution for its staff; what is beyond a person's reach does not exist.</summary>
public sealed class ReceiptDesk(Database database)
{
    private const string Select = "select r.receipt_number as number, r.accepted_at, r.action, r.service_id, r.user_id, r.serial, r.state_before, r.state_after";

    // The entry of the audit trail is sought within its millisecond, for which there is an index.
    private const string SelectOne =
        Select + """
        , c.name as contract_name, c.branch, u.display_name as user_name, a.actor_kind, a.actor_name, a.detail, s.display_name as staff_name,
               m.display_name as drafter_name, d.form_number, d.reason, d.note
        from receipt r join contract c on c.institution_id = r.institution_id and c.service_id = r.service_id
             left join audit_entry a on a.institution_id = r.institution_id and a.occurred_at = r.accepted_at and a.receipt_number = r.receipt_number
             left join contract_user u on u.contract_id = c.id and u.user_id = r.user_id
             left join staff s on a.actor_kind = 'staff' and s.institution_id = r.institution_id and s.login = a.actor_name
             left join draft d on d.contract_id = c.id and d.receipt_number = r.receipt_number
             left join staff m on m.id = d.drafted_by
        where r.institution_id = @InstitutionId and r.receipt_number = @Number and (@Branch is null or c.branch = @Branch)
        """;

    private const string SelectTogether =
        Select + """
         from receipt r
        where r.institution_id = @InstitutionId and r.service_id = @ServiceId and r.accepted_at = @AcceptedAt and r.action = 'token.revoked'
        order by r.receipt_number
        """;

    public async Task<StaffReceipt?> Find(StaffVisit visit, string number, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var row = await session.Find<Row>(SelectOne, new { InstitutionId = visit.Institution.Id, Number = number, visit.Member.Branch }, ct);
        if (row is null)
            return null;
        var receipt = row.ToReceipt();
        return new(
            receipt, row.ContractName, row.Branch, row.UserName, row.ActorKind, row.StaffName ?? row.ActorName, row.DrafterName, row.ToPaper(),
            receipt.Action == "contract.cancelled" ? await Together(session, visit, receipt, ct) : []);
    }

    private static async Task<IReadOnlyList<StoredReceipt>> Together(Session session, StaffVisit visit, StoredReceipt receipt, CancellationToken ct)
    {
        var args = new { InstitutionId = visit.Institution.Id, receipt.ServiceId, AcceptedAt = receipt.AcceptedAt.ToRow() };
        return [.. (await session.List<Row>(SelectTogether, args, ct)).Select(row => row.ToReceipt())];
    }

    private sealed class Row
    {
        public string Number { get; init; } = "";
        public long AcceptedAt { get; init; }
        public string Action { get; init; } = "";
        public string ServiceId { get; init; } = "";
        public string? UserId { get; init; }
        public string? Serial { get; init; }
        public string? StateBefore { get; init; }
        public string? StateAfter { get; init; }
        public string ContractName { get; init; } = "";
        public string? Branch { get; init; }
        public string? UserName { get; init; }
        public string? ActorKind { get; init; }
        public string? ActorName { get; init; }
        public string? Detail { get; init; }
        public string? StaffName { get; init; }
        public string? DrafterName { get; init; }
        public string? FormNumber { get; init; }
        public string? Reason { get; init; }
        public string? Note { get; init; }

        public StoredReceipt ToReceipt() => new(Number, Instants.FromRow(AcceptedAt), Action, ServiceId, UserId, Serial, StateBefore, StateAfter);

        public Paper? ToPaper() => FormNumber is null ? Paper.OfDetail(Detail, out _) : new(FormNumber, EnumNames.Parse<PaperReason>(Reason!), Note);
    }
}
