using KenshinOtp.Data;
using KenshinOtp.Otp;

namespace KenshinOtp.Tokens;

/// <summary>The rows of tokens. Every change names the state it starts from: rows affected tell whether it still held.</summary>
public sealed class TokenStore
{
    private const string SelectById = TokenRow.Select + " where t.id = @Id";
    private const string SelectBySerial = TokenRow.Select + " where t.institution_id = @InstitutionId and t.serial = @Serial";
    private const string SelectAnySerial = TokenRow.Select + " where t.serial = @Serial order by t.id";
    private const string SelectOfContract = TokenRow.Select + " where t.contract_id = @ContractId and t.status <> 'revoked' order by t.id";

    private const string InsertRow =
        """
        insert into token (id, institution_id, contract_id, holder_id, kind, serial, status, algorithm, digits, period, secret, drift, last_step, failures,
                           version, issued_at, expires_at, unbound_since, knock_failures)
        values (@Id, @InstitutionId, @ContractId, @HolderId, @Kind, @Serial, @Status, @Algorithm, @Digits, @Period, @Secret, 0, 0, 0,
                1, @IssuedAt, @ExpiresAt, @UnboundSince, 0)
        """;

    // Who was marked as expired before lapsed_at was there, or by a worker of that time during an upgrade, has nothing in it. Where such a token leaves that state
    // for a while, this is the last moment to tell.
    private const string NoteLapse = "lapsed_at = case when status = 'expired' then expires_at else lapsed_at end";

    private const string ActivateRow =
        """
        update token set status = @To, secret = @Secret, activated_at = @Now, last_step = 0, drift = 0, version = version + 1
        where id = @Id and version = @Version and status = @From
        """;

    internal const string AcceptRow =
        """
        update token set last_step = @Step, drift = @Drift, failures = 0, knocks_paused_until = null
        where id = @Id and version = @Version and status = 'inUse' and last_step < @Step and (expires_at is null or expires_at > @Now)
        """;

    private const string ConfirmRow =
        """
        update token set status = @To, confirmed_at = @Now, last_step = @Step, drift = @Drift, failures = 0, version = version + 1
        where id = @Id and version = @Version and status = @From and last_step < @Step
        """;

    // No guard on last_step: the password is of another secret, and the version admits one promotion only.
    internal const string PromoteRow =
        """
        update token set status = @To, secret = next_secret, expires_at = next_expires_at, next_secret = null, next_expires_at = null,
               last_step = @Step, drift = @Drift, failures = 0, knock_failures = 0, knocks_paused_until = null, renewal_opened_at = null,
               version = version + 1
        where id = @Id and version = @Version and status = @From and next_secret is not null
        """;

    internal const string FailRow =
        $"""
        update token set failures = failures + 1, {NoteLapse},
               version = case when failures + 1 >= @LockAfter then version + 1 else version end,
               status = case when failures + 1 >= @LockAfter then @To else status end
        where id = @Id and version = @Version and status = @From
        """;

    private const string MoveRow =
        $"""
        update token set status = @To, version = version + 1, {NoteLapse}, failures = case when @Forgive = 1 then 0 else failures end
        where id = @Id and version = @Version and status = @From
        """;

    private const string ExpireRow =
        "update token set status = @To, lapsed_at = expires_at, version = version + 1 where id = @Id and version = @Version and status = @From";

    private const string RevokeRow =
        """
        update token set status = 'revoked', revoked_at = @Now, secret = null, next_secret = null, version = version + 1
        where id = @Id and version = @Version and status <> 'revoked'
        """;

    private const string RenewRow =
        """
        update token set next_secret = @NextSecret, next_expires_at = @NextExpiresAt, last_step = @Step, drift = @Drift,
               knock_failures = 0, knocks_paused_until = null, version = version + 1
        where id = @Id and version = @Version and status = @From and last_step < @Step
        """;

    private const string HoldRows = "update token set knock_failures = knock_failures where serial = @Serial";

    private const string FailKnockRow = "update token set knock_failures = knock_failures + 1 where id = @Id";

    private const string PauseKnocksRow = "update token set knocks_paused_until = @Until where id = @Id";

    // These two are taken in the order in which an index holds them, so that a batch walks over nothing that is done and sorts nothing, however many lapse at
    // one instant. Hence the column that is null throughout in the order: without it PostgreSQL prefers the index that also holds every token opened before.
    private const string SelectToOpen =
        $"""
        {TokenRow.Select}
        where t.institution_id = @InstitutionId and t.status = 'inUse' and t.renewal_opened_at is null and t.expires_at <= @Before and t.next_secret is null
        order by t.renewal_opened_at, t.expires_at
        """;

    private const string OpenRow =
        "update token set renewal_opened_at = @Now where id = @Id and version = @Version and status = 'inUse' and renewal_opened_at is null and next_secret is null";

    private const string SelectToExpire =
        $"""
        {TokenRow.Select}
        where t.institution_id = @InstitutionId and t.status = 'inUse' and t.expires_at <= @Before and (t.next_secret is null or t.next_expires_at <= @Before)
        order by t.expires_at
        """;

    public async Task<Token?> ById(Session session, string id, CancellationToken ct) =>
        (await session.Find<TokenRow>(SelectById, new { Id = id }, ct))?.ToDomain();

    public async Task<Token?> BySerial(Session session, string institutionId, SerialNumber serial, CancellationToken ct) =>
        (await session.Find<TokenRow>(SelectBySerial, new { InstitutionId = institutionId, Serial = serial.Value }, ct))?.ToDomain();

    /// <summary>The tokens of this serial at any institution: the app names none when it renews.</summary>
    public async Task<IReadOnlyList<Token>> BySerial(Session session, SerialNumber serial, CancellationToken ct) =>
        [.. (await session.List<TokenRow>(SelectAnySerial, new { Serial = serial.Value }, ct)).Select(row => row.ToDomain())];

    /// <summary>A serial number that no token has: not even of another institution, for the app names none when it renews.</summary>
    public async Task<SerialNumber> FreeSerial(Tx tx, string prefix, CancellationToken ct)
    {
        while (true)
        {
            var serial = SerialNumber.Random(prefix);
            if ((await BySerial(tx, serial, ct)).Count == 0)
                return serial;
        }
    }

    public async Task<IReadOnlyList<Token>> LiveOf(Session session, string contractId, CancellationToken ct) =>
        [.. (await session.List<TokenRow>(SelectOfContract, new { ContractId = contractId }, ct)).Select(row => row.ToDomain())];

    public Task Insert(Tx tx, Token token, CancellationToken ct) => tx.Execute(InsertRow, new
    {
        token.Id,
        token.InstitutionId,
        token.ContractId,
        token.HolderId,
        Kind = token.Kind.ToRow(),
        Serial = token.Serial.Value,
        Status = token.Status.ToRow(),
        Algorithm = token.Algorithm.WireName(),
        token.Digits,
        token.Period,
        token.Secret,
        IssuedAt = token.IssuedAt.ToRow(),
        ExpiresAt = token.ExpiresAt.ToRow(),
        UnboundSince = token.UnboundSince.ToRow(),
    }, ct);

    public Task<bool> Activate(Tx tx, Token token, TokenStatus to, string secret, DateTimeOffset now, CancellationToken ct) =>
        Guarded(tx, ActivateRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = to.ToRow(), Secret = secret, Now = now.ToRow() }, ct);

    /// <summary>Uses up the password of a step.</summary>
    public Task<bool> Accept(Tx tx, Token token, long step, int drift, DateTimeOffset now, CancellationToken ct) =>
        Guarded(tx, AcceptRow, new { token.Id, token.Version, Step = step, Drift = drift, Now = now.ToRow() }, ct);

    /// <summary>Uses up the password that proves the token, and puts it in use.</summary>
    public Task<bool> Confirm(Tx tx, Token token, TokenStatus to, long step, int drift, DateTimeOffset now, CancellationToken ct) =>
        Guarded(tx, ConfirmRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = to.ToRow(), Step = step, Drift = drift, Now = now.ToRow() }, ct);

    /// <summary>Uses up the first password of a renewed secret: the old one is gone from here.</summary>
    public Task<bool> Promote(Tx tx, Token token, TokenStatus to, long step, int drift, CancellationToken ct) =>
        Guarded(tx, PromoteRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = to.ToRow(), Step = step, Drift = drift }, ct);

    /// <summary>Counts one wrong password and, at the bound, moves the token to <paramref name="locked"/>.</summary>
    public Task<bool> Fail(Tx tx, Token token, int lockAfter, TokenStatus locked, CancellationToken ct) =>
        Guarded(tx, FailRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = locked.ToRow(), LockAfter = lockAfter }, ct);

    /// <param name="tx">The change.</param>
    /// <param name="token">The token as it was read.</param>
    /// <param name="to">The state to move to.</param>
    /// <param name="forgive">Whether the wrong passwords are forgotten.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<bool> Move(Tx tx, Token token, TokenStatus to, bool forgive, CancellationToken ct) =>
        Guarded(tx, MoveRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = to.ToRow(), Forgive = forgive ? 1 : 0 }, ct);

    /// <summary>Marks the token as expired, and its date as one whose passing has been announced.</summary>
    public Task<bool> Expire(Tx tx, Token token, TokenStatus to, CancellationToken ct) =>
        Guarded(tx, ExpireRow, new { token.Id, token.Version, From = token.Status.ToRow(), To = to.ToRow() }, ct);

    /// <summary>Kills the token and erases its secrets.</summary>
    public Task<bool> Revoke(Tx tx, Token token, DateTimeOffset now, CancellationToken ct) =>
        Guarded(tx, RevokeRow, new { token.Id, token.Version, Now = now.ToRow() }, ct);

    public Task<bool> Renew(Tx tx, Token token, string nextSecret, DateTimeOffset? nextExpiresAt, long step, int drift, CancellationToken ct) =>
        Guarded(tx, RenewRow, new { token.Id, token.Version, From = token.Status.ToRow(), NextSecret = nextSecret, NextExpiresAt = nextExpiresAt.ToRow(), Step = step, Drift = drift }, ct);

    /// <summary>
    /// Takes the locks of the tokens of this serial, where the engine has such locks, until the end of the change: of passwords that are tried at once, each is
    /// judged after the one before was counted.
    /// </summary>
    public Task Hold(Tx tx, SerialNumber serial, CancellationToken ct) => tx.Execute(HoldRows, new { Serial = serial.Value }, ct);

    /// <summary>Counts one wrong password where nobody has proved to be the token's user.</summary>
    public Task FailKnock(Tx tx, Token token, CancellationToken ct) => tx.Execute(FailKnockRow, new { token.Id }, ct);

    public Task PauseKnocks(Tx tx, Token token, DateTimeOffset until, CancellationToken ct) =>
        tx.Execute(PauseKnocksRow, new { token.Id, Until = until.ToRow() }, ct);

    /// <summary>Tokens in use that lapse soon and whose renewal is not open yet; the first to lapse first, those of one instant in no order.</summary>
    public async Task<IReadOnlyList<Token>> WhoseRenewalOpens(Session session, string institutionId, DateTimeOffset expiringBefore, int limit, CancellationToken ct) =>
        [.. (await session.List<TokenRow>(SelectToOpen + session.Dialect.Limit(limit), new { InstitutionId = institutionId, Before = expiringBefore.ToRow() }, ct)).Select(row => row.ToDomain())];

    public Task<bool> OpenRenewal(Tx tx, Token token, DateTimeOffset now, CancellationToken ct) =>
        Guarded(tx, OpenRow, new { token.Id, token.Version, Now = now.ToRow() }, ct);

    /// <summary>Tokens in use whose date has passed, but for those that a renewed secret may still prolong; the first to lapse first, those of one instant in no order.</summary>
    public async Task<IReadOnlyList<Token>> ThatLapsed(Session session, string institutionId, DateTimeOffset now, int limit, CancellationToken ct) =>
        [.. (await session.List<TokenRow>(SelectToExpire + session.Dialect.Limit(limit), new { InstitutionId = institutionId, Before = now.ToRow() }, ct)).Select(row => row.ToDomain())];

    private static async Task<bool> Guarded(Tx tx, string sql, object args, CancellationToken ct) => await tx.Execute(sql, args, ct) == 1;
}
