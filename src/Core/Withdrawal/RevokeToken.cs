using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Receipts;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Withdrawal;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Whose token dies.</param>
/// <param name="Otp">The acting user's password; needed where the policy asks for it and that user has a token in use.</param>
/// <param name="ActingUserId">The administrator who acts for the user, or null: the user's own doing.</param>
public sealed record RevokeToken(Caller Caller, ServiceId ServiceId, UserId UserId, OtpCode? Otp, UserId? ActingUserId);

/// <summary>失効: the token is dead for ever.</summary>
public sealed class RevokeTokenHandler(
    Changes changes, Subjects subjects, ActingUsers acting, Proof proof, TokenActs acts, TimeProvider time)
{
    public async Task<Result<Receipt>> Handle(RevokeToken request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (subject.Token is null)
            return Subjects.NoToken;
        var actor = await acting.Find(tx, subject, request.Caller, request.ActingUserId, ct);
        if (!actor.Succeeded(out var actingSubject, out problem))
            return problem;

        if (subject.Token.After(TokenAction.Revoke, request.Caller.Policy.LockAfter) is null)
            return TokenProblems.InvalidTransition(subject.Token.StatusAt(now));
        if (await proof.Demand(tx, actingSubject, request.Caller, request.Otp, "revocation.refused", now, ct) is { } refusal)
            return refusal;

        var revoked = await acts.Revoke(tx, request.Caller, subject, ActingUsers.Note(request.ActingUserId), now, ct);
        return revoked.Succeeded(out var receipt, out problem) ? await tx.Commit(receipt, ct) : problem;
    }
}
