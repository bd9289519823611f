using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// How the acting person proves to be more than somebody with a log-in at the bank before tokens are touched that stand between such a log-in and the
/// money. A bank that calls the API decides by its policy; on the hosted pages it is always the password, if there is a token to show one.
/// </summary>
public sealed class Proof(PasswordCheck passwords, Journal journal)
{
    /// <summary>The own token shows no password that counts now: only the branch can help, else a log-in alone would do.</summary>
    private static readonly Problem Branch =
        Problem.Conflict("token_hindered", "The acting user has no token that can be used now: this is for the branch to do.");

    /// <summary>Takes the password of the acting person where one is needed, and uses it up. One that is not accepted is counted, and the change is committed with that.</summary>
    /// <param name="tx">The change, in which nothing was done yet.</param>
    /// <param name="acting">The person who acts, with the own token.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="otp">What was typed, or null.</param>
    /// <param name="refusal">How the audit trail calls a refusal.</param>
    /// <param name="now">The instant.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What stands against the change, to be answered with nothing else done; or null.</returns>
    public async Task<Problem?> Demand(
        Tx tx, Subject acting, Caller caller, OtpCode? otp, string refusal, DateTimeOffset now, CancellationToken ct)
    {
        if (IsOutOfReach(acting, caller, now))
            return Branch;
        if (!IsNeeded(acting, caller, now))
            return null;
        if (otp is not { } typed)
            return Problem.Invalid("otp", "otp is required: the acting user has a token in use.");
        var outcome = await passwords.Consume(tx, acting, acting.Token!, typed, caller, now, ct);
        return outcome.Accepted ? null : await InvalidOtp.Refuse(tx, journal, caller, acting, refusal, outcome, field: null, now, ct);
    }

    /// <summary>As <see cref="Demand"/>, for what is never done without a token in use.</summary>
    public async Task<Problem?> DemandToken(
        Tx tx, Subject acting, Caller caller, OtpCode? otp, string refusal, DateTimeOffset now, CancellationToken ct) =>
        acting.Token?.StatusAt(now) == TokenStatus.InUse ? await Demand(tx, acting, caller, otp, refusal, now, ct) : Branch;

    /// <summary>Whether the acting person is asked for a password.</summary>
    /// <param name="acting">The person who acts, with the own token.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="now">The instant.</param>
    public static bool IsNeeded(Subject acting, Caller caller, DateTimeOffset now) =>
        acting.Token?.StatusAt(now) == TokenStatus.InUse
        && (caller.Actor.IsVisitor || caller.Policy.AsksFor(TransactionName.TokenManagement, acting.User.OtpAtLogin));

    /// <summary>Whether a visitor cannot prove it and must go to the branch.</summary>
    /// <param name="acting">The person who acts, with the own token.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="now">The instant.</param>
    public static bool IsOutOfReach(Subject acting, Caller caller, DateTimeOffset now) =>
        caller.Actor.IsVisitor && acting.Token is { ConfirmedAt: not null } token
        && token.StatusAt(now) is (TokenStatus.Suspended or TokenStatus.Locked or TokenStatus.Expired);
}
