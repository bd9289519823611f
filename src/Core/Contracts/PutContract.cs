using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Registration;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Contracts;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="Name">The customer's name.</param>
/// <param name="TokenMode">Who shares a token; a change makes the contract's tokens fit (<see cref="TokenModes"/>).</param>
/// <param name="Branch">The branch that looks after it; null leaves it as it is.</param>
/// <param name="SharedSerial">The living token that all share from then on; null where there is one at most. Sent a second time it is judged as the first time.</param>
public sealed record PutContract(Caller Caller, ServiceId ServiceId, string Name, TokenMode TokenMode, Branch? Branch, SerialNumber? SharedSerial);

/// <summary>Enters a contract, or corrects its particulars; one that had been cancelled comes back to the service.</summary>
public sealed class PutContractHandler(Changes changes, ContractStore contracts, TokenModes modes, ContractViews views, Journal journal, TimeProvider time)
{
    public async Task<Result<Put<ContractView>>> Handle(PutContract request, CancellationToken ct)
    {
        var institution = request.Caller.Institution;
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        await contracts.Hold(tx, institution.Id, request.ServiceId, ct);
        var before = await contracts.Find(tx, institution.Id, request.ServiceId, ct);
        if (await Misfit(tx, before, request, now, ct) is { } misfit)
            return misfit;

        var contract = new Contract(
            before?.Id ?? Ids.New(now), institution.Id, request.ServiceId, request.Name, request.TokenMode, request.Branch?.Value ?? before?.Branch, CancelledAt: null);
        if (contract != before)
            await Write(tx, contract, before, request, now, ct);
        return await tx.Commit(new Put<ContractView>(await views.Of(tx, contract, request.Caller, now, ct), before is null or { CancelledAt: not null }), ct);
    }

    private async Task<Problem?> Misfit(Tx tx, Contract? before, PutContract request, DateTimeOffset now, CancellationToken ct)
    {
        if (before is null)
            return request.SharedSerial is null ? null : TokenModes.NotShared([], request.SharedSerial);
        return before.TokenMode == request.TokenMode && request.SharedSerial is null
            ? null
            : await modes.Fit(tx, before, request.TokenMode, request.SharedSerial, request.Caller, now, ct);
    }

    private async Task Write(Tx tx, Contract contract, Contract? before, PutContract request, DateTimeOffset now, CancellationToken ct)
    {
        if (before is null)
            await contracts.Insert(tx, contract, now, ct);
        else
            await contracts.Update(tx, contract, ct);
        var entered = before is null or { CancelledAt: not null };
        await journal.Write(tx, new Entry(entered ? "contract.entered" : "contract.changed", request.Caller.Actor, contract.InstitutionId)
        {
            ServiceId = request.ServiceId.Value,
            Before = before is null ? null : Describe(before),
            After = Describe(contract),
        }, now, ct);
    }

    private static string Describe(Contract contract) => $"{contract.Name}, {contract.TokenMode.ToRow()}, {contract.Branch ?? "-"}";
}
