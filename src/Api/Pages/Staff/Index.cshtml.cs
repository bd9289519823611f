using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Where the work begins: the search, and what waits: mails that failed, and drafts for those who draft, approve or oversee.</summary>
internal sealed class IndexModel(StaffDoor door) : StaffModel(door)
{
    public IActionResult OnGet() => Page();
}
