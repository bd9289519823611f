using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Registration;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="ActingUserId">The administrator who decides.</param>
/// <param name="Mode">The mode to change to.</param>
/// <param name="SharedSerial">Which token all will share; may be null where there is one alone, or another mode is wanted.</param>
/// <param name="Otp">The administrator's password; needed where <see cref="Proof"/> asks for one.</param>
public sealed record ChangeTokenMode(
    Caller Caller, ServiceId ServiceId, UserId ActingUserId, TokenMode Mode, SerialNumber? SharedSerial, OtpCode? Otp);

/// <summary>利用形態設定: an administrator decides who shares a token.</summary>
public sealed class ChangeTokenModeHandler(
    Changes changes, Subjects subjects, ContractStore contracts, TokenModes modes, Proof proof, ReceiptBook receipts, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(ChangeTokenMode request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.ActingUserId, ct);
        if (!found.Succeeded(out var acting, out var problem))
            return problem;
        if (acting.User.Role != UserRole.Administrator)
            return ActingUsers.NotAdministrator;

        if (await proof.Demand(tx, acting, request.Caller, request.Otp, "modeChange.refused", now, ct) is { } refusal)
            return refusal;

        var contract = acting.Contract;
        if (await modes.Fit(tx, contract, request.Mode, request.SharedSerial, request.Caller, now, ct) is { } misfit)
            return misfit;
        await contracts.Update(tx, contract with { TokenMode = request.Mode }, ct);
        return await tx.Commit(await receipts.Accept(tx, new("contract.modeChanged", request.Caller, contract, acting.User, TokenId: null)
        {
            Before = contract.TokenMode.ToRow(),
            After = request.Mode.ToRow(),
            Announce = false,
        }, now, ct), ct);
    }
}
