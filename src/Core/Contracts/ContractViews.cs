using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Contracts;

/// <summary>What the user has to do next.</summary>
public enum NextStep
{
    /// <summary>トークン発行</summary>
    Issue,

    /// <summary>初期設定 in the app</summary>
    Activate,

    /// <summary>認証確認</summary>
    Confirm,

    /// <summary>利用開始: register a serial number</summary>
    Register,
    None,
}

/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user.</param>
/// <param name="DisplayName">The person's name.</param>
/// <param name="Role">Whether the person may act for others.</param>
/// <param name="OtpAtLogin">Whether the person chose to be asked for a password at log-in.</param>
/// <param name="Token">The token; null if there is none.</param>
/// <param name="NextStep">What the user has to do next.</param>
/// <param name="LastAdministrator">
/// Whether the contract has other users, and this token is the only one in use that an administrator has: before it goes, warn that no administrator
/// with a token will be left.
/// </param>
public sealed record UserView(
    string ServiceId, string UserId, string DisplayName, UserRole Role, bool OtpAtLogin, TokenView? Token, NextStep NextStep, bool LastAdministrator);

public sealed record ContractView(string ServiceId, string Name, TokenMode TokenMode, string? Branch, IReadOnlyList<UserView> Users);

/// <summary>Contracts and users as relying parties see them.</summary>
public sealed class ContractViews(TokenUsers tokenUsers, TokenListStore lists)
{
    public async Task<ContractView> Of(Session session, Contract contract, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        Of(contract, await lists.OfUsers(session, contract, ct), caller, now);

    public async Task<UserView> Of(Session session, Contract contract, UserId userId, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var listed = await lists.OfUser(session, contract, userId, ct) ?? throw new InvalidOperationException("A user vanished.");
        var isLast = IsActiveAdministrator(listed, now) && await tokenUsers.OthersDependOn(session, listed.User, listed.Token!.Token.Id, ct);
        return Of(contract, listed, caller, isLast, now);
    }

    /// <summary>The contract, once its users are read.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="users">All users of it.</param>
    /// <param name="caller">Who sees them.</param>
    /// <param name="now">The instant at which the states count.</param>
    public static ContractView Of(Contract contract, IReadOnlyList<ListedUser> users, Caller caller, DateTimeOffset now)
    {
        // As TokenUsers.OthersDependOn asks the database: by the state as it is stored.
        var administrators = users.Where(user => user.User.Role == UserRole.Administrator && user.Token?.Token.Status == TokenStatus.InUse)
            .Select(user => user.Token!.Token.Id).ToHashSet(StringComparer.Ordinal);

        bool IsLast(ListedUser user) =>
            IsActiveAdministrator(user, now) && users.Count > 1 && administrators.All(tokenId => tokenId == user.Token!.Token.Id);

        return new(
            contract.ServiceId.Value, contract.Name, contract.TokenMode, contract.Branch, [.. users.Select(user => Of(contract, user, caller, IsLast(user), now))]);
    }

    private static UserView Of(Contract contract, ListedUser listed, Caller caller, bool lastAdministrator, DateTimeOffset now)
    {
        var (user, token) = listed;
        return new(
            contract.ServiceId.Value, user.UserId.Value, user.DisplayName, user.Role, user.OtpAtLogin,
            token is null ? null : TokenViews.Of(token, caller.Policy, now), Next(token?.Token, token?.Issuance, caller.Institution, now), lastAdministrator);
    }

    private static bool IsActiveAdministrator(ListedUser listed, DateTimeOffset now) =>
        listed.User.Role == UserRole.Administrator && listed.Token?.Token.StatusAt(now) == TokenStatus.InUse;

    /// <summary>A link that has expired is sent again; what is void, or lapsed before its first password, is issued anew.</summary>
    private static NextStep Next(Token? token, IssuanceView? issuance, Institution institution, DateTimeOffset now) => token?.StatusAt(now) switch
    {
        null or TokenStatus.Revoked => institution.ProvisionsByMail ? NextStep.Issue : NextStep.Register,
        TokenStatus.Issued => issuance?.VoidedAt is null ? NextStep.Activate : NextStep.Issue,
        TokenStatus.Activated => NextStep.Confirm,
        TokenStatus.Expired when token.ConfirmedAt is null => NextStep.Issue,
        _ => NextStep.None,
    };
}

/// <summary>Reads contracts and users for relying parties.</summary>
public sealed class ContractQueries(Database database, Subjects subjects, ContractViews views, TimeProvider time)
{
    public async Task<Result<ContractView>> Contract(Caller caller, ServiceId serviceId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var found = await subjects.FindContract(session, caller.Institution, serviceId, ct);
        return found.Succeeded(out var contract, out var problem) ? await views.Of(session, contract, caller, time.GetUtcNow(), ct) : problem;
    }

    public async Task<Result<UserView>> User(Caller caller, ServiceId serviceId, UserId userId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var found = await subjects.Find(session, caller.Institution, serviceId, userId, ct);
        return found.Succeeded(out var subject, out var problem) ? await views.Of(session, subject.Contract, userId, caller, time.GetUtcNow(), ct) : problem;
    }
}
