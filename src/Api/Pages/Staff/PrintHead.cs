using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What stands above a table on paper alone: whose it is, when and by whom it was printed.</summary>
/// <param name="Visit">Who prints.</param>
/// <param name="At">When.</param>
/// <param name="Conditions">What was asked for, in words; null where nothing can be.</param>
internal sealed record PrintHead(StaffVisit Visit, DateTimeOffset At, string? Conditions);
