using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What the frame around every page shows of the person at work.</summary>
/// <param name="Visit">Who works.</param>
/// <param name="WaitingDrafts">What waits for an approval within reach.</param>
/// <param name="FailedMails">How many customers wait for a mail that was refused.</param>
/// <param name="Left">How long the session lasts if nothing is asked for any more.</param>
internal sealed record StaffFrame(StaffVisit Visit, int WaitingDrafts, int FailedMails, TimeSpan Left);
