using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;

namespace KenshinOtp.Withdrawal;

/// <summary>What takes tokens out of service or brings them back, once it is settled that it may be done: for users, administrators and staff alike.</summary>
public sealed class TokenActs(TokenStore tokens, ContractStore contracts, TokenUsers tokenUsers, DraftStore drafts, Retirement retirement, ReceiptBook receipts, Journal journal)
{
    /// <summary>失効</summary>
    /// <param name="tx">The change.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="subject">Whose token it is.</param>
    /// <param name="detail">What the audit trail says besides.</param>
    /// <param name="now">The instant of the change.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Result<Receipt>> Revoke(Tx tx, Caller caller, Subject subject, string? detail, DateTimeOffset now, CancellationToken ct)
    {
        if (subject.Token is null)
            return Subjects.NoToken;

        // Read again: a password that was used up in this change may have completed a renewal of this very token.
        var token = await tokens.ById(tx, subject.Token.Id, ct) ?? throw new InvalidOperationException("A token vanished.");
        if (token.After(TokenAction.Revoke, caller.Policy.LockAfter) is not { } next)
            return TokenProblems.InvalidTransition(token.StatusAt(now));
        if (!await retirement.Revoke(tx, token, now, ct))
            throw new LostRaceException($"Token {token.Id} changed while it was revoked.");
        return await receipts.Accept(tx, new("token.revoked", caller, subject.Contract, subject.User, token.Id)
        {
            Before = token.StatusAt(now).ToRow(),
            After = next.ToRow(),
            Detail = detail,
        }, now, ct);
    }

    /// <summary>事故設定, its lifting, and ロック解除.</summary>
    public async Task<Result<Receipt>> Hinder(
        Tx tx, Caller caller, Subject subject, TokenAction action, string? detail, DateTimeOffset now, CancellationToken ct)
    {
        if (subject.Token is not { } token)
            return Subjects.NoToken;
        if (token.After(action, caller.Policy.LockAfter) is not { } next)
            return TokenProblems.InvalidTransition(token.StatusAt(now));
        if (!await tokens.Move(tx, token, next, forgive: action == TokenAction.Unlock, ct))
            throw new LostRaceException($"Token {token.Id} changed while its hindrance was.");
        return await receipts.Accept(tx, new(EventOf(action), caller, subject.Contract, subject.User, token.Id)
        {
            Before = token.StatusAt(now).ToRow(),
            After = (token with { Status = next }).StatusAt(now).ToRow(), // lifted after its date it is of no use all the same
            Detail = detail,
        }, now, ct);
    }

    /// <summary>利用解約: every token of the contract dies in the same transaction, and what staff drafted for it lapses.</summary>
    public async Task<Result<Receipt>> Cancel(Tx tx, Caller caller, Contract contract, string? detail, DateTimeOffset now, CancellationToken ct)
    {
        if (!await contracts.Cancel(tx, contract, now, ct))
            return Subjects.NoContract;
        foreach (var token in await tokens.LiveOf(tx, contract.Id, ct))
        {
            if (!await retirement.Revoke(tx, token, now, ct))
                throw new LostRaceException($"Token {token.Id} changed while its contract was cancelled.");
            await receipts.Accept(tx, new("token.revoked", caller, contract, User: null, token.Id)
            {
                Before = token.StatusAt(now).ToRow(),
                After = TokenStatus.Revoked.ToRow(),
                Detail = "contract cancelled",
            }, now, ct);
        }

        foreach (var draft in await drafts.Drop(tx, contract.Id, now, ct)) // entered anew it would be another contract's
            await journal.Write(tx, draft.Told("draft.expired", caller.Actor, draft.Detail), now, ct);

        await tokenUsers.EndGraceOfContract(tx, contract, ct); // who has left is nobody without a token
        return await receipts.Accept(tx, new("contract.cancelled", caller, contract, User: null, TokenId: null) { Detail = detail }, now, ct);
    }

    internal static string EventOf(TokenAction action) => action switch
    {
        TokenAction.Suspend => "token.suspended",
        TokenAction.Resume => "token.resumed",
        TokenAction.Unlock => "token.unlocked",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };
}
