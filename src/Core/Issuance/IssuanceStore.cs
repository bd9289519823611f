using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Issuance;

public sealed class IssuanceStore
{
    private const string Select =
        """
        select i.id, i.token_id, i.user_row_id, i.mobile_email, i.pin_hash, i.code_expires_at, i.failures, i.voided_at, i.created_at,
               m.status as mail, m.last_answer as mail_answer
        from issuance i left join outbox_mail m on m.id = i.mail_id
        """;

    private const string SelectOfToken = Select + " where i.token_id = @TokenId";
    private const string SelectByCode = Select + " where i.code_hash = @CodeHash";

    private const string InsertRow =
        """
        insert into issuance (id, token_id, user_row_id, mobile_email, pin_hash, code_hash, code_expires_at, failures, mail_id, created_at)
        values (@Id, @TokenId, @UserRowId, @MobileEmail, @PinHash, @CodeHash, @CodeExpiresAt, 0, @MailId, @CreatedAt)
        """;

    private const string NoteReplaced =
        "insert into replaced_link (code_hash, issuance_id, replaced_at) select code_hash, id, @Now from issuance where id = @Id and voided_at is null";

    private const string CountReplaced = "select count(*) from replaced_link where code_hash = @CodeHash";

    private const string SelectReplacedBefore = "select code_hash from replaced_link where code_hash > @After and replaced_at <= @Before order by code_hash";
    private const string ForgetReplaced = "delete from replaced_link where code_hash = @CodeHash";

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

    private const string SucceedRow = "update issuance set failures = 0 where id = @Id and code_hash = @CodeHash and voided_at is null";

    // No index leads to what has served: a page is looked for outside of any change, after the page before it, so that a round goes through the table once.
    private const string SelectServedPins =
        """
        select i.id from issuance i join token t on t.id = i.token_id
        where i.id > @After and i.pin_hash is not null and i.code_expires_at <= @Before
          and (t.confirmed_at is not null or t.status = 'revoked' or t.expires_at <= @Before)
        order by i.id
        """;

    private const string ForgetPin = "update issuance set pin_hash = null where id = @Id and pin_hash is not null and code_expires_at <= @Before";

    // Revoked is for ever. A token that has expired may be renewed at any time, and the notice before its next date needs the address.
    private const string SelectServedAddresses =
        """
        select i.id from issuance i join token t on t.id = i.token_id
        where i.id > @After and i.mobile_email <> '' and t.status = 'revoked' and t.revoked_at <= @Before
        order by i.id
        """;

    private const string EraseAddress = "update issuance set mobile_email = '' where id = @Id and mobile_email <> ''";

    private static readonly Statement<ForgetArgs> ForgetEach = new(ForgetPin);
    private static readonly Statement<ForgetArgs> EraseEach = new(EraseAddress);

    public async Task<MailIssuance?> OfToken(Session session, string tokenId, CancellationToken ct) =>
        (await session.Find<Row>(SelectOfToken, new { TokenId = tokenId }, ct))?.ToDomain();

    public async Task<MailIssuance?> ByCode(Session session, BearerCode code, CancellationToken ct) =>
        (await session.Find<Row>(SelectByCode, new { CodeHash = code.Hash }, ct))?.ToDomain();

    public Task Insert(Tx tx, MailIssuance issuance, BearerCode code, string mailId, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        issuance.Id,
        issuance.TokenId,
        issuance.UserRowId,
        MobileEmail = issuance.MobileEmail?.Value ?? IssuanceView.Erased,
        issuance.PinHash,
        CodeHash = code.Hash,
        CodeExpiresAt = issuance.CodeExpiresAt.ToRow(),
        MailId = mailId,
        CreatedAt = issuance.CreatedAt.ToRow(),
    }, ct);

    /// <summary>Whether this was the code of a link whose place a newer mail's has taken.</summary>
    public async Task<bool> WasReplaced(Session session, BearerCode code, CancellationToken ct) =>
        await session.Find<int>(CountReplaced, new { CodeHash = code.Hash }, ct) > 0;

    /// <summary>Links that were taken out of service before an instant.</summary>
    /// <returns>The hashes of their codes in their order, from the first after <paramref name="after"/>.</returns>
    public Task<IReadOnlyList<string>> LinksReplaced(Session session, DateTimeOffset before, string after, int limit, CancellationToken ct) =>
        session.ScanList<string>(SelectReplacedBefore + session.Dialect.Limit(limit), new { After = after, Before = before.ToRow() }, ct);

    /// <summary>Forgets links that were taken out of service: who opens one then is told that it is unknown.</summary>
    /// <returns>How many were remembered.</returns>
    public async Task<int> ForgetReplacedLinks(Tx tx, IReadOnlyList<string> codeHashes, CancellationToken ct)
    {
        var forgotten = 0;
        foreach (var codeHash in codeHashes)
            forgotten += await tx.Execute(ForgetReplaced, new { CodeHash = codeHash }, ct);
        return forgotten;
    }

    /// <summary>Puts a new link in force, perhaps at a corrected address: the earlier one is dead, and remembered as such.</summary>
    /// <returns>False if the issuance has become void.</returns>
    public async Task<bool> Relink(Tx tx, MailIssuance issuance, BearerCode code, string mailId, DateTimeOffset now, CancellationToken ct)
    {
        await tx.Execute(NoteReplaced, new { issuance.Id, Now = now.ToRow() }, ct);
        return await tx.Execute(RelinkRow, new
        {
            issuance.Id,
            MobileEmail = issuance.MobileEmail?.Value ?? IssuanceView.Erased,
            CodeHash = code.Hash,
            CodeExpiresAt = issuance.CodeExpiresAt.ToRow(),
            MailId = mailId,
        }, ct) == 1;
    }

    /// <summary>Counts one wrong activation and makes the issuance void at the bound.</summary>
    /// <returns>False if it was void already.</returns>
    public async Task<bool> Fail(Tx tx, MailIssuance issuance, int attempts, DateTimeOffset now, CancellationToken ct) =>
        await tx.Execute(FailRow, new { issuance.Id, Attempts = attempts, Now = now.ToRow() }, ct) == 1;

    /// <returns>False if in between wrong activations made it void, or the mail was sent again with another link.</returns>
    public async Task<bool> Succeed(Tx tx, MailIssuance issuance, BearerCode code, CancellationToken ct) =>
        await tx.Execute(SucceedRow, new { issuance.Id, CodeHash = code.Hash }, ct) == 1;

    /// <summary>Issuances that hold a PIN although their token is confirmed, revoked or lapsed and their link is dead.</summary>
    /// <returns>Ids in their order, from the first after <paramref name="after"/>.</returns>
    public Task<IReadOnlyList<string>> WithServedPins(Session session, DateTimeOffset codesDeadBefore, string after, int limit, CancellationToken ct) =>
        session.ScanList<string>(SelectServedPins + session.Dialect.Limit(limit), new { After = after, Before = codesDeadBefore.ToRow() }, ct);

    /// <summary>Erases the PINs of issuances that have served their purpose.</summary>
    /// <returns>The number of those that had one.</returns>
    public Task<int> ForgetPins(Tx tx, IReadOnlyList<string> ids, DateTimeOffset codesDeadBefore, CancellationToken ct) =>
        Each(tx, ForgetEach, ids, codesDeadBefore.ToRow(), ct);

    /// <summary>Issuances that hold an address although their token is dead.</summary>
    /// <returns>Ids in their order, from the first after <paramref name="after"/>.</returns>
    public Task<IReadOnlyList<string>> WithServedAddresses(Session session, DateTimeOffset revokedBefore, string after, int limit, CancellationToken ct) =>
        session.ScanList<string>(SelectServedAddresses + session.Dialect.Limit(limit), new { After = after, Before = revokedBefore.ToRow() }, ct);

    /// <summary>Erases the addresses of issuances whose token is dead.</summary>
    /// <returns>The number of those that had one.</returns>
    public Task<int> EraseAddresses(Tx tx, IReadOnlyList<string> ids, CancellationToken ct) => Each(tx, EraseEach, ids, before: 0, ct);

    private static async Task<int> Each(Tx tx, Statement<ForgetArgs> statement, IReadOnlyList<string> ids, long before, CancellationToken ct)
    {
        var affected = await tx.ExecuteEach([.. ids.Select(id => statement.With(new(id, before)))], ct);
        return affected.Sum();
    }

    private sealed record ForgetArgs(string Id, long Before);

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

        public MailIssuance ToDomain()
        {
            var seen = IssuanceView.FromRow(MobileEmail, VoidedAt, Mail);
            return new()
            {
                Id = Id,
                TokenId = TokenId,
                UserRowId = UserRowId,
                MobileEmail = seen.MobileEmail,
                PinHash = PinHash,
                CodeExpiresAt = Instants.FromRow(CodeExpiresAt),
                Failures = Failures,
                VoidedAt = seen.VoidedAt,
                CreatedAt = Instants.FromRow(CreatedAt),
                Mail = seen.Mail,
                MailAnswer = MailAnswer,
            };
        }
    }
}
