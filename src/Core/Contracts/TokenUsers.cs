using KenshinOtp.Data;
using KenshinOtp.Tokens;

namespace KenshinOtp.Contracts;

/// <summary>Who uses which token, and since when somebody is without one.</summary>
public sealed class TokenUsers
{
    private const string SelectContactOfToken =
        """
        select c.service_id, u.user_id, case when u.id = t.holder_id then 1 else 2 end as place
        from contract_user u join contract c on c.id = u.contract_id join token t on t.id = u.token_id
        where u.token_id = @TokenId order by place, u.user_id
        """;

    private const string AssignToUser = "update contract_user set token_id = @TokenId where id = @UserRowId";
    private const string AssignToContract = "update contract_user set token_id = @TokenId where contract_id = @ContractId";
    private const string MoveUsers = "update contract_user set token_id = @To where token_id = @From";
    private const string DetachUsers = "update contract_user set token_id = null, tokenless_since = coalesce(tokenless_since, @Now) where token_id = @TokenId";

    private const string DetachUser =
        "update contract_user set token_id = null, tokenless_since = coalesce(tokenless_since, @Now) where id = @UserRowId and token_id = @TokenId";

    private const string CountUsersOfToken = "select count(*) from contract_user where token_id = @TokenId";
    private const string CountOtherUsers = "select count(*) from contract_user where contract_id = @ContractId and id <> @UserRowId";

    private const string CountOtherAdministrators =
        """
        select count(*) from contract_user u join token t on t.id = u.token_id
        where u.contract_id = @ContractId and u.role = 'administrator' and t.status = 'inUse' and t.id <> @TokenId
        """;

    private const string BeginTokenless = "update contract_user set tokenless_since = @Now where token_id = @TokenId and tokenless_since is null";
    private const string EndTokenless = "update contract_user set tokenless_since = null where token_id = @TokenId";
    private const string EndTokenlessOfContract = "update contract_user set tokenless_since = null where contract_id = @ContractId";

    private const string SelectTokenless =
        """
        select u.id, c.service_id, u.user_id, u.tokenless_since
        from contract_user u join contract c on c.id = u.contract_id
        where u.tokenless_since <= @Before and c.institution_id = @InstitutionId
        order by u.tokenless_since, u.id
        """;

    private const string SettleTokenless =
        "update contract_user set tokenless_since = null where id = @Id and tokenless_since = @TokenlessSince";

    /// <summary>At whose hand a token came or, if that user has another one now, the first of those who use it; null if nobody does.</summary>
    public async Task<UserContact?> ContactOfToken(Session session, string tokenId, CancellationToken ct) =>
        (await session.List<UserContact>(SelectContactOfToken + session.Dialect.Limit(1), new { TokenId = tokenId }, ct)).FirstOrDefault();

    /// <summary>Gives the token to the user, or to every user where the contract shares one.</summary>
    public Task Assign(Tx tx, Contract contract, User user, string tokenId, CancellationToken ct) =>
        contract.TokenMode == TokenMode.Shared ? AssignToAll(tx, contract, tokenId, ct) : AssignTo(tx, user, tokenId, ct);

    /// <summary>Gives the token to every user of the contract.</summary>
    public Task AssignToAll(Tx tx, Contract contract, string tokenId, CancellationToken ct) =>
        tx.Execute(AssignToContract, new { ContractId = contract.Id, TokenId = tokenId }, ct);

    /// <summary>Gives the token to this user alone.</summary>
    public Task AssignTo(Tx tx, User user, string tokenId, CancellationToken ct) =>
        tx.Execute(AssignToUser, new { UserRowId = user.Id, TokenId = tokenId }, ct);

    /// <summary>Whoever used the one token uses the other from now on.</summary>
    public Task Move(Tx tx, string fromTokenId, string toTokenId, CancellationToken ct) =>
        tx.Execute(MoveUsers, new { From = fromTokenId, To = toTokenId }, ct);

    /// <summary>Takes the token from everybody who uses it: they have none from now on, and their grace period begins.</summary>
    public Task Detach(Tx tx, string tokenId, DateTimeOffset now, CancellationToken ct) =>
        tx.Execute(DetachUsers, new { TokenId = tokenId, Now = now.ToRow() }, ct);

    /// <summary>Takes the token from one user. One that never came into use leaves nobody without a token who had one: then no grace period begins.</summary>
    public Task Detach(Tx tx, User user, Token token, DateTimeOffset now, CancellationToken ct) =>
        tx.Execute(DetachUser, new { UserRowId = user.Id, TokenId = token.Id, Now = token.ConfirmedAt is null ? (long?)null : now.ToRow() }, ct);

    public Task<int> Count(Session session, string tokenId, CancellationToken ct) =>
        session.Find<int>(CountUsersOfToken, new { TokenId = tokenId }, ct);

    /// <summary>Whether there are other users, and no administrator among all of them has another token in use.</summary>
    public async Task<bool> OthersDependOn(Session session, User user, string tokenId, CancellationToken ct)
    {
        var args = new { user.ContractId, UserRowId = user.Id, TokenId = tokenId };
        return await session.Find<int>(CountOtherUsers, args, ct) > 0 && await session.Find<int>(CountOtherAdministrators, args, ct) == 0;
    }

    /// <summary>The users of this token are without one from now on: their grace period begins.</summary>
    public Task BeginGrace(Tx tx, string tokenId, DateTimeOffset now, CancellationToken ct) =>
        tx.Execute(BeginTokenless, new { TokenId = tokenId, Now = now.ToRow() }, ct);

    /// <summary>The users of this token have one in use: no grace period runs.</summary>
    public Task EndGrace(Tx tx, string tokenId, CancellationToken ct) => tx.Execute(EndTokenless, new { TokenId = tokenId }, ct);

    public Task EndGraceOfContract(Tx tx, Contract contract, CancellationToken ct) =>
        tx.Execute(EndTokenlessOfContract, new { ContractId = contract.Id }, ct);

    public async Task<IReadOnlyList<TokenlessUser>> TokenlessSince(
        Session session, string institutionId, DateTimeOffset before, int limit, CancellationToken ct)
    {
        var rows = await session.List<TokenlessRow>(
            SelectTokenless + session.Dialect.Limit(limit), new { InstitutionId = institutionId, Before = before.ToRow() }, ct);
        return [.. rows.Select(row => new TokenlessUser(row.Id, row.ServiceId, row.UserId, Instants.FromRow(row.TokenlessSince)))];
    }

    /// <returns>False if a token came in time or another worker was first.</returns>
    public async Task<bool> EndGrace(Tx tx, TokenlessUser user, CancellationToken ct) =>
        await tx.Execute(SettleTokenless, new { user.Id, TokenlessSince = user.Since.ToRow() }, ct) == 1;

    private sealed class TokenlessRow
    {
        public string Id { get; init; } = "";
        public string ServiceId { get; init; } = "";
        public string UserId { get; init; } = "";
        public long TokenlessSince { get; init; }
    }
}

/// <summary>A user whose last token went out of service and who has none in use.</summary>
public sealed record TokenlessUser(string Id, string ServiceId, string UserId, DateTimeOffset Since);
