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
    private const string Columns = $"{TokenRow.Columns}, i.mobile_email, i.voided_at, m.status as mail";

    private const string Issuances = "left join issuance i on i.token_id = t.id";
    private const string Mails = "left join outbox_mail m on m.id = i.mail_id";

    // The date that counts now, as Token.ExpiryAt has it.
    private const string ExpiresInTime =
        """
        (@ExpiresBefore is null or @ExpiresBefore > case
          when t.expires_at <= @Now and t.next_secret is not null and (t.next_expires_at is null or t.next_expires_at > @Now) then t.next_expires_at
          else t.expires_at end)
        """;

    // That issuances, too, lie behind the page before goes without saying, but not to PostgreSQL: it would walk through all of them from the first on.
    private const string SelectPage =
        $"select {Columns} from token t {Issuances} and i.token_id > @After {Mails} where t.institution_id = @InstitutionId and t.id > @After and {ExpiresInTime} order by t.id";

    /// <summary>The state that counts now, as <see cref="Token.StatusAt"/> has it.</summary>
    internal const string StateNow =
        """
        case
          when t.status in ('inUse', 'expired') and t.next_secret is not null and (t.next_expires_at is null or t.next_expires_at > @Now) then 'inUse'
          when t.status in ('inUse', 'activated', 'issued') and t.expires_at <= @Now then 'expired'
          else t.status end
        """;

    /// <summary>The token still waits for its first password, and so does somebody for its mail: <see cref="StateNow"/> is <c>issued</c> or <c>activated</c>.</summary>
    internal const string AwaitsConfirmation = "t.status in ('issued', 'activated') and (t.expires_at is null or t.expires_at > @Now)";

    private const string IsInState = $"@Status = {StateNow}";

    // A page of one state walks over no other: its rows lie in an index in the order of the page. What counts otherwise than its row says is little and lies in
    // indexes of its own: what is half renewed, and what has lapsed before the job has been by, or before it came into use. The latter is taken by its date, and
    // coalesce keeps SQLite from walking through all tokens instead because they lie in the order of the page.
    private const string SelectStored =
        $"select t.id from token t where t.institution_id = @InstitutionId and t.status = @Status and t.id > @After and {IsInState} and {ExpiresInTime} order by t.id";

    private const string SelectHalfRenewed =
        $"""
        select t.id from token t
        where t.institution_id = @InstitutionId and t.status = 'expired' and t.next_secret is not null and t.id > @After and {IsInState} and {ExpiresInTime}
        order by t.id
        """;

    private const string SelectLapsed =
        $"""
        select coalesce(t.id, '') as id from token t
        where t.institution_id = @InstitutionId and t.status in ('inUse', 'activated', 'issued') and t.expires_at <= @Now and coalesce(t.id, '') > @After
          and {IsInState} and {ExpiresInTime}
        order by id
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
        var select = filter.Status is { } status ? SelectInState(session, status, limit) : SelectPage;
        var rows = await session.List<Row>(select + session.Dialect.Limit(limit), new
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

    /// <summary>The tokens among which the page is, so many from each place where tokens of the state may lie, in the order of the page.</summary>
    private static string SelectInState(Session session, TokenStatus status, int limit)
    {
        string[] parts = status switch
        {
            TokenStatus.InUse => [Part(SelectStored + session.Dialect.Limit(limit)), Part(SelectHalfRenewed + session.Dialect.Limit(limit))],
            TokenStatus.Expired => [Part(SelectStored + session.Dialect.Limit(limit)), Part(SelectLapsed + session.Dialect.Limit(limit))],
            _ => [Part(SelectStored + session.Dialect.Limit(limit))],
        };
        return $"select {Columns} from token t {Issuances} {Mails} where t.id in ({string.Join(" union all ", parts)}) order by t.id";
    }

    private static string Part(string ids) => $"select id from ({ids}) as part";

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

        public ListedUser ToListed(Contract contract) =>
            new(User.FromRow(UserRowId, contract.Id, UserId, DisplayName, Role, OtpAtLogin, TokenId), TokenId is null ? null : ToListed());
    }
}
