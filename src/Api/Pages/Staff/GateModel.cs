using KenshinOtp.Api.Http;
using KenshinOtp.Otp;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A step of the log-in: for somebody whose next step it is, and for nobody else.</summary>
[EnableRateLimiting(RateLimits.Public)]
internal abstract class GateModel(StaffDoor door) : StaffModel(door)
{
    private readonly StaffDoor _door = door;

    /// <summary>The page that was asked for first; null if it is none of ours.</summary>
    public string? ReturnUrl => Request.Query["returnUrl"].ToString() is { Length: > 0 } url && StaffPaths.IsOurs(url) ? url : null;

    /// <summary>The address of this step, for its form.</summary>
    public string Here => StaffPaths.WithReturn(Step, ReturnUrl);

    protected abstract string Step { get; }

    protected override IActionResult? Refuse(StaffVisit? visit)
    {
        var next = visit is null ? StaffPaths.Login : StaffPaths.StepOf(visit);
        return next == Step ? null : GoOn(visit);
    }

    /// <summary>To the next step, or to the page that was asked for first.</summary>
    protected LocalRedirectResult GoOn(StaffVisit? visit)
    {
        var next = visit is null ? StaffPaths.Login : StaffPaths.StepOf(visit);
        return LocalRedirect(next == StaffPaths.Root ? ReturnUrl ?? next : StaffPaths.WithReturn(next, ReturnUrl));
    }

    /// <summary>Hands over the cookie of the step that was just taken and goes on.</summary>
    protected async Task<IActionResult> Admit(BearerCode cookie, CancellationToken ct)
    {
        StaffCookie.Write(HttpContext, cookie);
        return GoOn(await _door.Find(cookie, ct));
    }

    /// <summary>Whether this session was ended by what was just typed: the fifth wrong password locks.</summary>
    protected async Task<bool> IsOver(CancellationToken ct) =>
        StaffCookie.Read(HttpContext) is not { } cookie || await _door.Find(cookie, ct) is null;

    /// <returns>The one-time password, or null: it is none.</returns>
    protected async Task<OtpCode?> TypedOtp(CancellationToken ct)
    {
        var typed = await TypedInGroups(OtpStep.Field, ct);
        return typed.Length == StaffToken.Digits && OtpCode.TryParse(typed, out var otp) ? otp : null;
    }
}
