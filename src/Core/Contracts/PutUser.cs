using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Contracts;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user.</param>
/// <param name="DisplayName">The person's name.</param>
/// <param name="Role">Administrator or general.</param>
/// <param name="OtpAtLogin">Whether log-in asks for a password; null leaves it as it is.</param>
public sealed record PutUser(Caller Caller, ServiceId ServiceId, UserId UserId, string DisplayName, UserRole Role, bool? OtpAtLogin);

/// <summary>Enters a user of a contract, or corrects the particulars. Where the contract shares a token, a new user shares it at once.</summary>
public sealed class PutUserHandler(
    Changes changes, Subjects subjects, ContractStore contracts, TokenStore tokens, ContractViews views, Journal journal, TimeProvider time)
{
    public async Task<Result<Put<UserView>>> Handle(PutUser request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.ClaimContract(tx, request.Caller.Institution, request.ServiceId, ct);
        if (!found.Succeeded(out var contract, out var problem))
            return problem;

        var before = await contracts.FindUser(tx, contract, request.UserId, ct);
        var user = new User(
            before?.Id ?? Ids.New(now), contract.Id, request.UserId, request.DisplayName, request.Role,
            request.OtpAtLogin ?? before?.OtpAtLogin ?? false, before is null ? await SharedToken(tx, contract, ct) : before.TokenId);
        if (user != before)
            await Write(tx, user, before, request, now, ct);
        return await tx.Commit(new Put<UserView>(await views.Of(tx, contract, user.UserId, request.Caller, now, ct), before is null), ct);
    }

    private async Task Write(Tx tx, User user, User? before, PutUser request, DateTimeOffset now, CancellationToken ct)
    {
        if (before is null)
            await contracts.Insert(tx, user, now, ct);
        else
            await contracts.Update(tx, user, ct);
        await journal.Write(tx, new Entry(before is null ? "user.entered" : "user.changed", request.Caller.Actor, request.Caller.Institution.Id)
        {
            ServiceId = request.ServiceId.Value,
            UserId = request.UserId.Value,
            Before = before is null ? null : Describe(before),
            After = Describe(user),
        }, now, ct);
    }

    /// <summary>The living token; or the one that everybody has had, for the time until another may be issued counts for whoever comes as for them.</summary>
    private async Task<string?> SharedToken(Session session, Contract contract, CancellationToken ct)
    {
        if (contract.TokenMode != TokenMode.Shared)
            return null;
        var had = (await contracts.Users(session, contract, ct)).Select(user => user.TokenId).Distinct(StringComparer.Ordinal).ToList();
        return had is [{ } one] ? one : (await tokens.LiveOf(session, contract.Id, ct)).FirstOrDefault(token => had.Contains(token.Id, StringComparer.Ordinal))?.Id;
    }

    private static string Describe(User user) => $"{user.DisplayName}, {user.Role.ToRow()}, {(user.OtpAtLogin ? "otp at login" : "no otp at login")}";
}
