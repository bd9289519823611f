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
public sealed class ContractViews(ContractStore contracts, TokenStore tokens, IssuanceStore issuances)
{
    public async Task<ContractView> Of(Session session, Contract contract, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var users = new List<UserView>();
        foreach (var user in await contracts.Users(session, contract, ct))
            users.Add(await Of(session, contract.ServiceId, user, caller, now, ct));
        return new(contract.ServiceId.Value, contract.Name, contract.TokenMode, contract.Branch, users);
    }

    public async Task<UserView> Of(Session session, User user, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var contact = await contracts.ContactOf(session, user.Id, ct) ?? throw new InvalidOperationException("A user vanished.");
        return await Of(session, ServiceId.TryParse(contact.ServiceId, out var id) ? id : default, user, caller, now, ct);
    }

    private async Task<UserView> Of(Session session, ServiceId serviceId, User user, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var token = user.TokenId is null ? null : await tokens.ById(session, user.TokenId, ct);
        var issuance = token is { Kind: TokenKind.MobileApp } ? await issuances.OfToken(session, token.Id, ct) : null;
        return new(
            serviceId.Value, user.UserId.Value, user.DisplayName, user.Role, user.OtpAtLogin,
            token is null ? null : TokenViews.Of(token, issuance, caller.Policy, now),
            Next(token, issuance, caller.Institution, now), await LastAdministrator(session, user, token, now, ct));
    }

    private async Task<bool> LastAdministrator(Session session, User user, Token? token, DateTimeOffset now, CancellationToken ct) =>
        user.Role == UserRole.Administrator && token?.StatusAt(now) == TokenStatus.InUse && await contracts.DependsOn(session, user, token.Id, ct);

    /// <summary>A link that has expired is sent again; what is void, or lapsed before its first password, is issued anew.</summary>
    private static NextStep Next(Token? token, MailIssuance? issuance, Institution institution, DateTimeOffset now) => token?.StatusAt(now) switch
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
        return found.Succeeded(out var subject, out var problem) ? await views.Of(session, subject.User, caller, time.GetUtcNow(), ct) : problem;
    }
}
