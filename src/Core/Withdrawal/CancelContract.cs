using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Withdrawal;

public sealed record CancelContract(Caller Caller, ServiceId ServiceId);

/// <summary>利用解約: the contract leaves the service; every token of it dies in the same transaction.</summary>
public sealed class CancelContractHandler(
    Changes changes, Subjects subjects, ContractStore contracts, TokenStore tokens, Retirement retirement, ReceiptBook receipts, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(CancelContract request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.ClaimContract(tx, request.Caller.Institution, request.ServiceId, ct);
        if (!found.Succeeded(out var contract, out var problem))
            return problem;
        if (!await contracts.Cancel(tx, contract, now, ct))
            return Subjects.NoContract;

        foreach (var token in await tokens.LiveOf(tx, contract.Id, ct))
        {
            if (!await retirement.Revoke(tx, token, now, ct))
                throw new InvalidOperationException($"Token {token.Id} changed while its contract was cancelled.");
            await receipts.Accept(tx, new("token.revoked", request.Caller, contract, User: null, token.Id)
            {
                Before = token.StatusAt(now).ToRow(),
                After = TokenStatus.Revoked.ToRow(),
                Detail = "contract cancelled",
            }, now, ct);
        }

        await contracts.EndGraceOfContract(tx, contract, ct); // who has left is nobody without a token
        return await tx.Commit(
            await receipts.Accept(tx, new("contract.cancelled", request.Caller, contract, User: null, TokenId: null), now, ct), ct);
    }
}
