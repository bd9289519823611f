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
/// <param name="UserId">Whose token it is.</param>
/// <param name="Action">Suspend, resume or unlock.</param>
/// <param name="ActingUserId">Who acts; null for the user in person, who may only suspend.</param>
/// <param name="Reason">Why, in the caller's words.</param>
/// <param name="Otp">The password of the administrator who lifts something on the hosted pages.</param>
public sealed record HinderToken(
    Caller Caller, ServiceId ServiceId, UserId UserId, TokenAction Action, UserId? ActingUserId, string? Reason, OtpCode? Otp = null)
{
    /// <summary>The bound of <see cref="Reason"/> in characters.</summary>
    public const int MaxReason = 200;
}

/// <summary>
/// 事故設定, its lifting, and ロック解除. Suspending is open to the user and to administrators; lifting takes an administrator other than the user, and on the
/// hosted pages that one's password: a log-in at the bank alone could else guess at a colleague's token, unlock it, and guess on.
/// </summary>
public sealed class HinderTokenHandler(
    Changes changes, Subjects subjects, ActingUsers acting, Proof proof, TokenActs acts, TimeProvider time)
{
    private static readonly Problem OwnHindrance =
        new(ProblemKind.Forbidden, ActingUsers.NotAdministrator.Code, "Nobody lifts a suspension or a lock of their own: actingUserId must name an administrator of the contract other than the user.");

    public async Task<Result<Receipt>> Handle(HinderToken request, CancellationToken ct)
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
        if (request.Action is not TokenAction.Suspend && LiftsOwn(actingSubject, subject, request.Caller))
            return OwnHindrance;

        if (subject.Token.After(request.Action, request.Caller.Policy.LockAfter) is null)
            return TokenProblems.InvalidTransition(subject.Token.StatusAt(now));
        if (request.Action is not TokenAction.Suspend && request.Caller.Actor.IsVisitor
            && await proof.DemandToken(tx, actingSubject, request.Caller, request.Otp, "lifting.refused", now, ct) is { } refusal)
            return refusal;

        var hindered = await acts.Hinder(tx, request.Caller, subject, request.Action, ActingUsers.Note(request.ActingUserId, request.Reason), now, ct);
        return hindered.Succeeded(out var receipt, out problem) ? await tx.Commit(receipt, ct) : problem;
    }

    /// <summary>Nobody lifts what stands against himself; a visitor of the hosted pages not through a colleague who shares the token either.</summary>
    private static bool LiftsOwn(Subject acting, Subject subject, Caller caller) =>
        acting.User.Id == subject.User.Id || (caller.Actor.IsVisitor && acting.Token?.Id == subject.Token?.Id);
}
