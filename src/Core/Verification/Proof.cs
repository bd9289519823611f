using KenshinOtp.Contracts;
using KenshinOtp.Institutions;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// How the acting person proves to be more than somebody with a log-in at the bank before tokens are touched that stand between such a log-in and the
/// money. A bank that calls the API decides by its policy; on the hosted pages it is always the password, if there is a token to show one.
/// </summary>
public static class Proof
{
    /// <summary>The own token was in use and shows no password that counts now: only the branch can help, else a log-in alone would do.</summary>
    public static Problem Branch { get; } =
        Problem.Conflict("token_hindered", "The acting user's token is suspended, locked or expired: this is for the branch to do.");

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
