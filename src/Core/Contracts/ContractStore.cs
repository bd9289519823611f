using KenshinOtp.Data;
using KenshinOtp.Text;

namespace KenshinOtp.Contracts;

/// <summary>Contracts and their users, as banks enter them.</summary>
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

    private const string InsertUser =
        """
        insert into contract_user (id, contract_id, user_id, display_name, search_name, role, otp_at_login, token_id, created_at)
        values (@Id, @ContractId, @UserId, @DisplayName, @SearchName, @Role, @OtpAtLogin, @TokenId, @CreatedAt)
        """;

    private const string UpdateUser =
        "update contract_user set display_name = @DisplayName, search_name = @SearchName, role = @Role, otp_at_login = @OtpAtLogin where id = @Id";

    private const string ChooseOtpAtLogin = "update contract_user set otp_at_login = @OtpAtLogin where id = @UserRowId";

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

    public Task Choose(Tx tx, User user, bool otpAtLogin, CancellationToken ct) =>
        tx.Execute(ChooseOtpAtLogin, new { UserRowId = user.Id, OtpAtLogin = otpAtLogin ? 1 : 0 }, ct);

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
}

/// <summary>The two IDs of a user as customers know them.</summary>
public sealed class UserContact
{
    public string ServiceId { get; init; } = "";
    public string UserId { get; init; } = "";
}
