using KenshinOtp.Data;

namespace KenshinOtp.Receipts;

/// <summary>Receipts as they are printed again: by number, for the user they belong to.</summary>
public sealed class ReceiptStore
{
    private const string InsertRow =
        """
        insert into receipt (id, institution_id, receipt_number, accepted_at, action, service_id, user_id, serial, state_before, state_after)
        values (@Id, @InstitutionId, @Number, @AcceptedAt, @Action, @ServiceId, @UserId, @Serial, @Before, @After)
        """;

    private const string SelectRow =
        """
        select receipt_number as number, accepted_at, action, service_id, user_id, serial, state_before, state_after
        from receipt
        where institution_id = @InstitutionId and service_id = @ServiceId and user_id = @UserId and receipt_number = @Number
        """;

    public Task Insert(Tx tx, string institutionId, StoredReceipt receipt, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        Id = Ids.New(receipt.AcceptedAt),
        InstitutionId = institutionId,
        receipt.Number,
        AcceptedAt = receipt.AcceptedAt.ToRow(),
        receipt.Action,
        receipt.ServiceId,
        receipt.UserId,
        receipt.Serial,
        receipt.Before,
        receipt.After,
    }, ct);

    public async Task<StoredReceipt?> Find(Session session, string institutionId, string serviceId, string userId, string number, CancellationToken ct)
    {
        var row = await session.Find<Row>(SelectRow, new { InstitutionId = institutionId, ServiceId = serviceId, UserId = userId, Number = number }, ct);
        return row is null ? null
            : new(row.Number, Instants.FromRow(row.AcceptedAt), row.Action, row.ServiceId, row.UserId, row.Serial, row.StateBefore, row.StateAfter);
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
    }
}

/// <param name="Number">受付番号</param>
/// <param name="AcceptedAt">受付時刻</param>
/// <param name="Action">What was accepted: <c>token.issued</c> …</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user, or null.</param>
/// <param name="Serial">The token, or null.</param>
/// <param name="Before">The state before.</param>
/// <param name="After">The state after.</param>
public sealed record StoredReceipt(
    string Number, DateTimeOffset AcceptedAt, string Action, string ServiceId, string? UserId, string? Serial, string? Before, string? After);
