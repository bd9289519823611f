using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What waits for a second person.</summary>
internal sealed class QueueModel(StaffDoor door) : StaffModel(door)
{
    /// <summary>Whether the person drafts, approves or oversees: the others have nothing to look for here.</summary>
    public static bool IsFor(StaffMember member) =>
        member.May(StaffAction.Approve) || member.May(StaffAction.Revoke) || member.May(StaffAction.SeeAudit);

    public IActionResult OnGet() => IsFor(Member) ? Page() : NotFound();
}
