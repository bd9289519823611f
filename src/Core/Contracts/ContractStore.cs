using KenshinOtp.Data;
using KenshinOtp.Text;

namespace KenshinOtp.Contracts;

public sealed class ContractStore
{
    private const string SelectContract =
        "select id, institution_id, service_id, name, token_mode, branch, cancelled_at from contract where institution_id = @InstitutionId and service_id = @ServiceId";

    private const string InsertContract =
        """
        insert into contract (id, institution_id, service_id, name, search_name, token_mode, branch, cancelled_at, created_at)
        values (@Id, @InstitutionId, @ServiceId, @Name, @SearchName, @TokenMode, @Branch, null, @CreatedAt)
        """;

    private const string UpdateContract =
        "update contract set name = @Name, search_name = @SearchName, token_mode = @TokenMode, branch = @Branch, cancelled_at = null where id = @Id";

    private const string HoldContract =
        "update contract set token_mode = token_mode where institution_id = @InstitutionId and service_id = @ServiceId";

    private const string CancelContract = "update contract set cancelled_at = @Now where id = @Id and cancelled_at is null";

    private const string UserColumns =
        "select id, contract_id, user_id, display_name, role, otp_at_login, token_id from contract_user";

    private const string SelectUsers = UserColumns + " where contract_id = @ContractId order by user_id";
    private const string SelectUser = UserColumns + " where contract_id = @ContractId and user_id = @UserId";

    private const string SelectContact =
        "select c.service_id, u.user_id from contract_user u join contract c on c.id = u.contract_id where u.id = @Id";

    private const string SelectContactOfToken =
        """
        select c.service_id, u.user_id, case when u.id = t.holder_id then 1 else 2 end as place
        from contract_user u join contract c on c.id = u.contract_id join token t on t.id = u.token_id
        where u.token_id = @TokenId order by place, u.user_id
        """;

    private const string InsertUser =
        """
        insert into contract_user (id, contract_id, user_id, display_name, search_name, role, otp_at_login, token_id, created_at)
        values (@Id, @ContractId, @UserId, @DisplayName, @SearchName, @Role, @OtpAtLogin, @TokenId, @CreatedAt)
        """;

    private const string UpdateUser =
        "update contract_user set display_name = @DisplayName, search_name = @SearchName, role = @Role, otp_at_login = @OtpAtLogin where id = @Id";

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

    private const string ChooseOtpAtLogin = "update contract_user set otp_at_login = @OtpAtLogin where id = @UserRowId";
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

    public async Task<Contract?> Find(Session session, string institutionId, ServiceId serviceId, CancellationToken ct) =>
        (await session.Find<ContractRow>(SelectContract, new { InstitutionId = institutionId, ServiceId = serviceId.Value }, ct))?.ToDomain();

    public Task Insert(Tx tx, Contract contract, DateTimeOffset now, CancellationToken ct) => tx.Execute(InsertContract, new
    {
        contract.Id,
        contract.InstitutionId,
        ServiceId = contract.ServiceId.Value,
        contract.Name,
        SearchName = SearchText.Kept(contract.Name),
        TokenMode = contract.TokenMode.ToRow(),
        contract.Branch,
        CreatedAt = now.ToRow(),
    }, ct);

    public Task Update(Tx tx, Contract contract, CancellationToken ct) =>
        tx.Execute(UpdateContract, new { contract.Id, contract.Name, SearchName = SearchText.Kept(contract.Name), TokenMode = contract.TokenMode.ToRow(), contract.Branch }, ct);

    /// <summary>Takes the row's lock, where the engine has such locks, until the end of the change.</summary>
    public Task Hold(Tx tx, string institutionId, ServiceId serviceId, CancellationToken ct) =>
        tx.Execute(HoldContract, new { InstitutionId = institutionId, ServiceId = serviceId.Value }, ct);

    /// <returns>False if it was cancelled already.</returns>
    public async Task<bool> Cancel(Tx tx, Contract contract, DateTimeOffset now, CancellationToken ct) =>
        await tx.Execute(CancelContract, new { contract.Id, Now = now.ToRow() }, ct) == 1;

    public async Task<IReadOnlyList<User>> Users(Session session, Contract contract, CancellationToken ct) =>
        [.. (await session.List<UserRow>(SelectUsers, new { ContractId = contract.Id }, ct)).Select(row => row.ToDomain())];

    public async Task<User?> FindUser(Session session, Contract contract, UserId userId, CancellationToken ct) =>
        (await session.Find<UserRow>(SelectUser, new { ContractId = contract.Id, UserId = userId.Value }, ct))?.ToDomain();

    /// <summary>The IDs that a user types into the app.</summary>
    public Task<UserContact?> ContactOf(Session session, string userRowId, CancellationToken ct) =>
        session.Find<UserContact>(SelectContact, new { Id = userRowId }, ct);

    /// <summary>At whose hand a token came or, if that user has another one now, the first of those who use it; null if nobody does.</summary>
    public async Task<UserContact?> ContactOfToken(Session session, string tokenId, CancellationToken ct) =>
        (await session.List<UserContact>(SelectContactOfToken + session.Dialect.Limit(1), new { TokenId = tokenId }, ct)).FirstOrDefault();

    public Task Insert(Tx tx, User user, DateTimeOffset now, CancellationToken ct) => tx.Execute(InsertUser, new
    {
        user.Id,
        user.ContractId,
        UserId = user.UserId.Value,
        user.DisplayName,
        SearchName = SearchText.Kept(user.DisplayName),
        Role = user.Role.ToRow(),
        OtpAtLogin = user.OtpAtLogin ? 1 : 0,
        user.TokenId,
        CreatedAt = now.ToRow(),
    }, ct);

    public Task Update(Tx tx, User user, CancellationToken ct) =>
        tx.Execute(UpdateUser, new { user.Id, user.DisplayName, SearchName = SearchText.Kept(user.DisplayName), Role = user.Role.ToRow(), OtpAtLogin = user.OtpAtLogin ? 1 : 0 }, ct);

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

    /// <summary>Takes the token from one user.</summary>
    public Task Detach(Tx tx, User user, string tokenId, DateTimeOffset now, CancellationToken ct) =>
        tx.Execute(DetachUser, new { UserRowId = user.Id, TokenId = tokenId, Now = now.ToRow() }, ct);

    public Task<int> CountUsersOf(Session session, string tokenId, CancellationToken ct) =>
        session.Find<int>(CountUsersOfToken, new { TokenId = tokenId }, ct);

    /// <summary>Whether there are other users, and no administrator among all of them has another token in use.</summary>
    public async Task<bool> OthersDependOn(Session session, User user, string tokenId, CancellationToken ct)
    {
        var args = new { user.ContractId, UserRowId = user.Id, TokenId = tokenId };
        return await session.Find<int>(CountOtherUsers, args, ct) > 0 && await session.Find<int>(CountOtherAdministrators, args, ct) == 0;
    }

    public Task Choose(Tx tx, User user, bool otpAtLogin, CancellationToken ct) =>
        tx.Execute(ChooseOtpAtLogin, new { UserRowId = user.Id, OtpAtLogin = otpAtLogin ? 1 : 0 }, ct);

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

    private sealed class ContractRow
    {
        public string Id { get; init; } = "";
        public string InstitutionId { get; init; } = "";
        public string ServiceId { get; init; } = "";
        public string Name { get; init; } = "";
        public string TokenMode { get; init; } = "";
        public string? Branch { get; init; }
        public long? CancelledAt { get; init; }

        public Contract ToDomain() => Contracts.ServiceId.TryParse(ServiceId, out var serviceId)
            ? new(Id, InstitutionId, serviceId, Name, EnumNames.Parse<TokenMode>(TokenMode), Branch, Instants.FromRow(CancelledAt))
            : throw new FormatException("Not a service ID in a row.");
    }

    private sealed class UserRow
    {
        public string Id { get; init; } = "";
        public string ContractId { get; init; } = "";
        public string UserId { get; init; } = "";
        public string DisplayName { get; init; } = "";
        public string Role { get; init; } = "";
        public int OtpAtLogin { get; init; }
        public string? TokenId { get; init; }

        public User ToDomain() => User.FromRow(Id, ContractId, UserId, DisplayName, Role, OtpAtLogin, TokenId);
    }

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

/// <summary>The two IDs of a user as customers know them.</summary>
public sealed class UserContact
{
    public string ServiceId { get; init; } = "";
    public string UserId { get; init; } = "";
}
