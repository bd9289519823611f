using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Issuance;

namespace KenshinOtp.Tokens;

/// <param name="Token">The token.</param>
/// <param name="Issuance">What is seen of its issuance; null unless it came by mail.</param>
public sealed record ListedToken(Token Token, IssuanceView? Issuance);

/// <param name="User">The user.</param>
/// <param name="Token">The token the person uses or used last; null if there never was one.</param>
public sealed record ListedUser(User User, ListedToken? Token);

/// <summary>
/// Tokens with all that is seen of them. A list is one statement, however long it is: the database may be a network away, and what one statement reads belongs
/// together.
/// </summary>
public sealed class TokenListStore
{
    private const string Columns =
        """
        t.id, t.institution_id, t.contract_id, t.holder_id, t.kind, t.serial, t.status, t.algorithm, t.digits, t.period, t.secret, t.next_secret,
        t.next_expires_at, t.drift, t.last_step, t.failures, t.version, t.issued_at, t.activated_at, t.confirmed_at, t.expires_at, t.revoked_at,
        t.unbound_since, t.knock_failures, t.knocks_paused_until, i.mobile_email, i.voided_at, m.status as mail
        """;

    private const string Issuances = "left join issuance i on i.token_id = t.id";
    private const string Mails = "left join outbox_mail m on m.id = i.mail_id";

    // The state and the date are those that count now, as Token.StatusAt and ExpiryAt have them. That issuances, too, lie behind the page before goes without
    // saying, but not to PostgreSQL: it would walk through all of them from the first on.
    private const string SelectPage =
        $"select {Columns} from token t {Issuances} and i.token_id > @After {Mails}"
        + """
           where t.institution_id = @InstitutionId and t.id > @After
             and (@Status is null or @Status = case
               when t.status in ('inUse', 'expired') and t.next_secret is not null and (t.next_expires_at is null or t.next_expires_at > @Now) then 'inUse'
               when t.status in ('inUse', 'activated') and t.expires_at <= @Now then 'expired'
               else t.status end)
             and (@ExpiresBefore is null or @ExpiresBefore > case
               when t.expires_at <= @Now and t.next_secret is not null and (t.next_expires_at is null or t.next_expires_at > @Now) then t.next_expires_at
               else t.expires_at end)
           order by t.id
          """;

    private const string SelectEveryOne = $"select {Columns} from token t {Issuances} {Mails} where t.contract_id = @ContractId order by t.id desc";

    private const string SelectUsers =
        $"""
        select u.id as user_row_id, u.user_id, u.display_name, u.role, u.otp_at_login, u.token_id, {Columns}
        from contract_user u left join token t on t.id = u.token_id {Issuances} {Mails}
        where u.contract_id = @ContractId
        """;

    private const string SelectOfUsers = SelectUsers + " order by u.user_id";
    private const string SelectOfUser = SelectUsers + " and u.user_id = @UserId";

    /// <summary>An institution's tokens, the oldest first, from behind the row id <paramref name="after"/> on.</summary>
    public async Task<IReadOnlyList<ListedToken>> Page(
        Session session, string institutionId, ListTokens filter, string after, int limit, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await session.List<Row>(SelectPage + session.Dialect.Limit(limit), new
        {
            InstitutionId = institutionId,
            After = after,
            Status = filter.Status?.ToRow(),
            ExpiresBefore = filter.ExpiresBefore.ToRow(),
            Now = now.ToRow(),
        }, ct);
        return [.. rows.Select(row => row.ToListed())];
    }

    /// <summary>Every token that the contract ever had, the newest first.</summary>
    public async Task<IReadOnlyList<ListedToken>> AllOf(Session session, string contractId, int limit, CancellationToken ct) =>
        [.. (await session.List<Row>(SelectEveryOne + session.Dialect.Limit(limit), new { ContractId = contractId }, ct)).Select(row => row.ToListed())];

    /// <summary>The users of a contract, by their ids.</summary>
    public async Task<IReadOnlyList<ListedUser>> OfUsers(Session session, Contract contract, CancellationToken ct) =>
        [.. (await session.List<UserRow>(SelectOfUsers, new { ContractId = contract.Id }, ct)).Select(row => row.ToListed(contract))];

    /// <summary>One user of a contract; null if there is no such user.</summary>
    public async Task<ListedUser?> OfUser(Session session, Contract contract, UserId userId, CancellationToken ct) =>
        (await session.Find<UserRow>(SelectOfUser, new { ContractId = contract.Id, UserId = userId.Value }, ct))?.ToListed(contract);

    private class Row : TokenRow
    {
        public string? MobileEmail { get; init; }
        public long? VoidedAt { get; init; }
        public string? Mail { get; init; }

        public ListedToken ToListed() => new(ToDomain(), MobileEmail is null ? null : IssuanceView.FromRow(MobileEmail, VoidedAt, Mail));
    }

    private sealed class UserRow : Row
    {
        public string UserRowId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string Role { get; init; } = "";
        public int OtpAtLogin { get; init; }
        public string? TokenId { get; init; }

        public ListedUser ToListed(Contract contract) => Contracts.UserId.TryParse(UserId, out var userId)
            ? new(new(UserRowId, contract.Id, userId, DisplayName, EnumNames.Parse<UserRole>(Role), OtpAtLogin == 1, TokenId), TokenId is null ? null : ToListed())
            : throw new FormatException("Not a user ID in a row.");
    }
}
