using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Receipts;
using KenshinOtp.Results;

namespace KenshinOtp.Withdrawal;

public sealed record CancelContract(Caller Caller, ServiceId ServiceId);

/// <summary>利用解約: the contract leaves the service; every token of it dies in the same transaction.</summary>
public sealed class CancelContractHandler(Changes changes, Subjects subjects, TokenActs acts, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(CancelContract request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.ClaimContract(tx, request.Caller.Institution, request.ServiceId, ct);
        if (!found.Succeeded(out var contract, out var problem))
            return problem;
        var cancelled = await acts.Cancel(tx, request.Caller, contract, detail: null, now, ct);
        return cancelled.Succeeded(out var receipt, out problem) ? await tx.Commit(receipt, ct) : problem;
    }
}
