using KenshinOtp.Contracts;
using KenshinOtp.Institutions;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>Whose pages these are, for the frame around every page; absent where that cannot be known.</summary>
/// <param name="Institution">The bank that sent the visitor.</param>
/// <param name="WayBack">The address that brings back to it; on the pages of a session, by way of its end.</param>
internal sealed record PortalBank(Institution Institution, string WayBack)
{
    /// <summary>Whether its users may choose that log-in asks for a password too.</summary>
    public bool MayAskAtLogin => Institution.Policy.AsksFor(TransactionName.Login, otpAtLogin: true);
}
