using KenshinOtp.Audit;
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
    Changes changes, Subjects subjects, ContractStore contracts, TokenModes modes, PasswordCheck passwords, ReceiptBook receipts, Journal journal,
    TimeProvider time)
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

        if (Proof.IsOutOfReach(acting, request.Caller, now))
            return Proof.Branch;
        if (Proof.IsNeeded(acting, request.Caller, now))
        {
            if (request.Otp is not { } otp)
                return Problem.Invalid("otp", "otp is required: the acting user has a token in use.");
            var outcome = await passwords.Consume(tx, acting, acting.Token!, otp, request.Caller, now, ct);
            if (!outcome.Accepted)
                return await tx.Commit(await InvalidOtp.Note(tx, journal, request.Caller, acting, "modeChange.refused", outcome, now, ct), ct);
        }

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
