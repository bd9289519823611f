using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Activation;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">The user.</param>
/// <param name="Otp">The first password that the app showed.</param>
public sealed record ConfirmToken(Caller Caller, ServiceId ServiceId, UserId UserId, OtpCode Otp);

/// <summary>認証確認: the first password typed back at the bank puts the token in use.</summary>
public sealed class ConfirmTokenHandler(
    Changes changes, Subjects subjects, TokenUsers tokenUsers, PasswordCheck passwords, ReceiptBook receipts, Journal journal, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(ConfirmToken request, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var tx = await changes.Begin(ct);
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (subject.Token is not { } token)
            return Subjects.NoToken;
        if (token.StatusAt(now) == TokenStatus.InUse)
            return TokenProblems.InvalidTransition(TokenStatus.InUse);

        var outcome = await passwords.Confirm(tx, subject, token, request.Otp, request.Caller, now, ct);
        if (!outcome.Accepted)
            return await InvalidOtp.Refuse(tx, journal, request.Caller, subject, "confirmation.refused", outcome, field: null, now, ct);

        await tokenUsers.EndGrace(tx, token.Id, ct);
        return await tx.Commit(await receipts.Accept(tx, new("token.confirmed", request.Caller, subject.Contract, subject.User, token.Id)
        {
            Before = token.Status.ToRow(),
            After = TokenStatus.InUse.ToRow(),
        }, now, ct), ct);
    }
}
