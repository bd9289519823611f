using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Contracts;

/// <summary>Whom a request is about: the contract, the user and the token the user has or had last.</summary>
public sealed record Subject(Contract Contract, User User, Token? Token)
{
    /// <summary>The token, unless there is none or it is dead.</summary>
    public Token? LiveToken => Token is { Status: not TokenStatus.Revoked } ? Token : null;
}

/// <summary>Finds subjects within the caller's institution: what belongs to another does not exist.</summary>
public sealed class Subjects(ContractStore contracts, TokenStore tokens)
{
    public static Problem NoContract { get; } = Problem.NotFound("contract_not_found", "No such contract.");

    public static Problem NoUser { get; } = Problem.NotFound("user_not_found", "No such user in this contract.");

    public static Problem NoToken { get; } = Problem.NotFound("token_not_found", "The user has no token.");

    public async Task<Result<Contract>> FindContract(Session session, Institution institution, ServiceId serviceId, CancellationToken ct) =>
        await contracts.Find(session, institution.Id, serviceId, ct) is { CancelledAt: null } contract ? contract : NoContract;

    public async Task<Result<Subject>> Find(Session session, Institution institution, ServiceId serviceId, UserId userId, CancellationToken ct)
    {
        var found = await FindContract(session, institution, serviceId, ct);
        return found.Succeeded(out var contract, out var problem) ? await Find(session, contract, userId, ct) : problem;
    }

    /// <summary>
    /// The subject of a change to who uses which token: until its end no other such change of the contract begins. What counts is what is read here.
    /// </summary>
    public async Task<Result<Subject>> Claim(Tx tx, Institution institution, ServiceId serviceId, UserId userId, CancellationToken ct)
    {
        var found = await ClaimContract(tx, institution, serviceId, ct);
        return found.Succeeded(out var contract, out var problem) ? await Find(tx, contract, userId, ct) : problem;
    }

    /// <summary>The contract of such a change.</summary>
    public async Task<Result<Contract>> ClaimContract(Tx tx, Institution institution, ServiceId serviceId, CancellationToken ct)
    {
        await contracts.Hold(tx, institution.Id, serviceId, ct);
        return await FindContract(tx, institution, serviceId, ct);
    }

    private async Task<Result<Subject>> Find(Session session, Contract contract, UserId userId, CancellationToken ct)
    {
        if (await contracts.FindUser(session, contract, userId, ct) is not { } user)
            return NoUser;
        return new Subject(contract, user, user.TokenId is null ? null : await tokens.ById(session, user.TokenId, ct));
    }
}
