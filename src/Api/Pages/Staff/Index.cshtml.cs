using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Where the work begins: the search, and for those who approve what waits for them.</summary>
internal sealed class IndexModel(StaffDoor door) : StaffModel(door)
{
    public IActionResult OnGet() => Page();
}
