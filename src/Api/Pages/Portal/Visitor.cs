using KenshinOtp.Contracts;
using KenshinOtp.Institutions;
using KenshinOtp.Issuance;
using KenshinOtp.Portal;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A user on the hosted pages, with the token as it stands at this moment.</summary>
internal sealed record Visitor(PortalVisit Visit, Subject Subject, UserView View, MailIssuance? Issuance, Caller Caller, DateTimeOffset Now)
{
    public Policy Policy => Caller.Policy;

    /// <summary>The address of "back to the bank".</summary>
    public string WayBack => PortalPaths.LeaveFrom(Visit);

    public TokenStatus? Status => Subject.Token?.StatusAt(Now);

    /// <summary>Whether the visitor may act for the other users of the contract.</summary>
    public bool IsAdministrator => Subject.User.Role == UserRole.Administrator;

    /// <summary>Whether tokens come by mail (けんしん) rather than by their serial number (しんきん).</summary>
    public bool ByMail => Visit.Institution.ProvisionsByMail;

    /// <summary>Until when the cooling time of the last token runs, or null. What counts is what the handler says.</summary>
    public DateTimeOffset? CoolingUntil =>
        Subject.Token is { } token && IssueTokenHandler.AvailableAt(token, Issuance, Policy) is { } until && until > Now ? until : null;

    /// <summary>Whether the own token shows no password that counts, so that what takes one is for the branch to do.</summary>
    public bool IsForBranch => Proof.IsOutOfReach(Subject, Caller, Now);

    /// <summary>Whether this visitor may lift what stands against a token: by the password of another one, of the own, so that a log-in at the bank alone lifts nothing.</summary>
    /// <param name="serial">The token's serial number.</param>
    public bool Lifts(string? serial) => Status == TokenStatus.InUse && serial != Subject.Token!.Serial.Value;

    /// <summary>Whether log-in asks this user for a password too, or the user is about to choose that it does.</summary>
    public bool OtpAtLogin => Policy.AsksFor(TransactionName.Login, Subject.User.OtpAtLogin || View.NextStep == NextStep.Register);
}
