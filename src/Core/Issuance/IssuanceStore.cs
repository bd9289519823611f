using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Security;

namespace KenshinOtp.Issuance;

public sealed class IssuanceStore
{
    private const string Columns =
        """
        select i.id, i.token_id, i.user_row_id, i.mobile_email, i.pin_hash, i.code_expires_at, i.failures, i.voided_at, i.created_at,
               m.status as mail, m.last_answer as mail_answer
        from issuance i left join outbox_mail m on m.id = i.mail_id
        """;

    private const string SelectOfToken = Columns + " where i.token_id = @TokenId";
    private const string SelectByCode = Columns + " where i.code_hash = @CodeHash";

    private const string InsertRow =
        """
        insert into issuance (id, token_id, user_row_id, mobile_email, pin_hash, code_hash, code_expires_at, failures, mail_id, created_at)
        values (@Id, @TokenId, @UserRowId, @MobileEmail, @PinHash, @CodeHash, @CodeExpiresAt, 0, @MailId, @CreatedAt)
        """;

    private const string RelinkRow =
        """
        update issuance set mobile_email = @MobileEmail, code_hash = @CodeHash, code_expires_at = @CodeExpiresAt, mail_id = @MailId
        where id = @Id and voided_at is null
        """;

    private const string FailRow =
        """
        update issuance set failures = failures + 1, voided_at = case when failures + 1 >= @Attempts then @Now else null end
        where id = @Id and voided_at is null
        """;

    private const string SucceedRow = "update issuance set failures = 0 where id = @Id and code_hash = @CodeHash and voided_at is null and failures < @Attempts";

    private const string ForgetServed =
        "update issuance set pin_hash = null where pin_hash is not null and code_expires_at <= @Before and token_id in (select id from token where confirmed_at is not null or status = 'revoked')";

    public async Task<MailIssuance?> OfToken(Session session, string tokenId, CancellationToken ct) =>
        (await session.Find<Row>(SelectOfToken, new { TokenId = tokenId }, ct))?.ToDomain();

    public async Task<MailIssuance?> ByCode(Session session, BearerCode code, CancellationToken ct) =>
        (await session.Find<Row>(SelectByCode, new { CodeHash = code.Hash }, ct))?.ToDomain();

    public Task Insert(Tx tx, MailIssuance issuance, BearerCode code, string mailId, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        issuance.Id,
        issuance.TokenId,
        issuance.UserRowId,
        MobileEmail = issuance.MobileEmail.Value,
        issuance.PinHash,
        CodeHash = code.Hash,
        CodeExpiresAt = issuance.CodeExpiresAt.ToRow(),
        MailId = mailId,
        CreatedAt = issuance.CreatedAt.ToRow(),
    }, ct);

    /// <summary>Puts a new link in force, perhaps at a corrected address: the earlier one is dead.</summary>
    /// <returns>False if the issuance has become void.</returns>
    public async Task<bool> Relink(Tx tx, MailIssuance issuance, BearerCode code, string mailId, CancellationToken ct) => await tx.Execute(RelinkRow, new
    {
        issuance.Id,
        MobileEmail = issuance.MobileEmail.Value,
        CodeHash = code.Hash,
        CodeExpiresAt = issuance.CodeExpiresAt.ToRow(),
        MailId = mailId,
    }, ct) == 1;

    /// <summary>Counts one wrong activation and makes the issuance void at the bound.</summary>
    /// <returns>False if it was void already.</returns>
    public async Task<bool> Fail(Tx tx, MailIssuance issuance, int attempts, DateTimeOffset now, CancellationToken ct) =>
        await tx.Execute(FailRow, new { issuance.Id, Attempts = attempts, Now = now.ToRow() }, ct) == 1;

    /// <returns>False if in between wrong activations made it void, or the mail was sent again with another link.</returns>
    public async Task<bool> Succeed(Tx tx, MailIssuance issuance, BearerCode code, int attempts, CancellationToken ct) =>
        await tx.Execute(SucceedRow, new { issuance.Id, CodeHash = code.Hash, Attempts = attempts }, ct) == 1;

    /// <summary>Erases the PINs of issuances that have served their purpose.</summary>
    public Task<int> ForgetPins(Tx tx, DateTimeOffset codesDeadBefore, CancellationToken ct) =>
        tx.Execute(ForgetServed, new { Before = codesDeadBefore.ToRow() }, ct);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string TokenId { get; init; } = "";
        public string UserRowId { get; init; } = "";
        public string MobileEmail { get; init; } = "";
        public string? PinHash { get; init; }
        public long CodeExpiresAt { get; init; }
        public int Failures { get; init; }
        public long? VoidedAt { get; init; }
        public long CreatedAt { get; init; }
        public string? Mail { get; init; }
        public string? MailAnswer { get; init; }

        public MailIssuance ToDomain() => new()
        {
            Id = Id,
            TokenId = TokenId,
            UserRowId = UserRowId,
            MobileEmail = Outbox.MobileEmail.TryParse(MobileEmail, out var email) ? email : throw new FormatException("Not an address in a row."),
            PinHash = PinHash,
            CodeExpiresAt = Instants.FromRow(CodeExpiresAt),
            Failures = Failures,
            VoidedAt = Instants.FromRow(VoidedAt),
            CreatedAt = Instants.FromRow(CreatedAt),
            Mail = Mail is null or "superseded" ? null : EnumNames.Parse<MailStatus>(Mail),
            MailAnswer = MailAnswer,
        };
    }
}
