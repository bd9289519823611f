using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Ends the session, at whatever step it is.</summary>
internal sealed class LogoutModel(StaffDoor door, StaffSessions sessions) : StaffModel(door)
{
    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (StaffCookie.Read(HttpContext) is { } cookie && await sessions.Find(cookie, ct) is { } visit)
            await sessions.End(visit, visit.Session.Id, ct);
        StaffCookie.Erase(HttpContext);
        return LocalRedirect(StaffPaths.Login);
    }

    protected override IActionResult? Refuse(StaffVisit? visit) => null;
}
