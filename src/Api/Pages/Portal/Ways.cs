using KenshinOtp.Contracts;
using KenshinOtp.Tokens;
using static KenshinOtp.Tokens.TokenStatus;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>Something that may be done now.</summary>
/// <param name="Key">The texts <c>Manage_Way{Key}</c> and the short <c>Way_{Key}</c>.</param>
/// <param name="Path">The page that does it.</param>
/// <param name="Final">Whether it cannot be undone.</param>
internal sealed record Way(string Key, string Path, bool Final = false)
{
    /// <summary>The text that says when to take it.</summary>
    public string Why { get; init; } = $"Manage_Way{Key}Why";
}

/// <summary>What a visitor may do now for whom: what may not be done is not offered.</summary>
internal static class Ways
{
    /// <summary>With the visitor's own token, the most likely first.</summary>
    public static IEnumerable<Way> Own(Visitor visitor)
    {
        var (next, status) = (visitor.View.NextStep, visitor.Status);
        if (next == NextStep.Confirm && status == Activated)
            yield return new("Confirm", PortalPaths.Confirm);
        if (next == NextStep.Issue)
            yield return new("Issue", PortalPaths.Issue);
        else if (status is Issued or Activated)
            yield return new("Setup", PortalPaths.Issued);
        if (MayExchange(visitor, status))
            yield return new("Exchange", PortalPaths.Exchange);
        if (status == InUse)
            yield return new("Resync", PortalPaths.Resync);
        if (MaySuspend(status))
            yield return new("Suspend", PortalPaths.Suspend);
        if (MayExchange(visitor, status))
            yield return new("Discontinue", PortalPaths.Discontinue);
        if (visitor.Subject.LiveToken is not null && !visitor.IsForBranch)
            yield return new("Revoke", PortalPaths.Revoke, Final: true) { Why = WhyRevoke(visitor) };
    }

    /// <summary>With the token of another user, by an administrator.</summary>
    public static IEnumerable<Way> Others(Visitor visitor, UserView user)
    {
        var status = user.Token?.Status;
        if (user.NextStep == NextStep.Register)
            yield return new("Register", PortalPaths.Register);
        var lifts = visitor.Lifts(user.Token?.Serial);
        if (status == Locked && lifts)
            yield return new("Unlock", PortalPaths.Unlock);
        if (status == Suspended && lifts)
            yield return new("Resume", PortalPaths.Resume);
        if (MayExchange(visitor, status))
            yield return new("Exchange", PortalPaths.Exchange);
        if (MaySuspend(status))
            yield return new("Suspend", PortalPaths.Suspend);
        if (status is not (null or Revoked) && !visitor.IsForBranch)
            yield return new("Revoke", PortalPaths.Revoke, Final: true);
    }

    /// <summary>With the whole contract.</summary>
    public static IEnumerable<Way> OfContract(Visitor visitor)
    {
        if (!visitor.IsAdministrator)
            yield break;
        yield return new("Users", PortalPaths.Users);
        if (!visitor.IsForBranch)
            yield return new("Mode", PortalPaths.Mode);
    }

    /// <summary>Whether a token can be exchanged or given up: one that came by mail is issued anew instead.</summary>
    public static bool MayExchange(Visitor visitor, TokenStatus? status) => !visitor.ByMail && status == InUse;

    /// <summary>A token that came by mail is revoked before a change of phones; a registered one is exchanged then, and dead for nothing if it is revoked.</summary>
    private static string WhyRevoke(Visitor visitor) =>
        visitor.ByMail ? "Manage_WayRevokeWhy" : MayExchange(visitor, visitor.Status) ? "Manage_WayRevokeWhyExchange" : "Manage_WayRevokeWhyFinal";

    private static bool MaySuspend(TokenStatus? status) => status is Issued or Activated or InUse or Locked or Expired;
}
