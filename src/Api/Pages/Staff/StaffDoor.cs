using KenshinOtp.Security;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Knows members of staff by their cookie.</summary>
internal sealed class StaffDoor(StaffSessions sessions, StaffDesk desk, TimeProvider time)
{
    /// <returns>Who is at work, with what the frame shows left in the request's features; null if nobody is.</returns>
    public async Task<StaffVisit?> Greet(HttpContext http, CancellationToken ct)
    {
        if (StaffCookie.Read(http) is not { } cookie || await Find(cookie, ct) is not { } visit)
            return null;
        var (drafts, mails) = visit.Session.Stage == SignInStage.Full ? await desk.Counts(visit, ct) : (0, 0);
        http.Features.Set(new StaffFrame(visit, drafts, mails, visit.EndsAt - time.GetUtcNow()));
        return visit;
    }

    /// <inheritdoc cref="StaffSessions.Find"/>
    public Task<StaffVisit?> Find(BearerCode cookie, CancellationToken ct) => sessions.Find(cookie, ct);

    /// <summary>The step of the log-in that is still to come; null for those who are at work.</summary>
    public static string? StepBefore(StaffVisit? visit, HttpContext http) => visit switch
    {
        null => StaffPaths.WithReturn(StaffPaths.Login, HttpMethods.IsGet(http.Request.Method) ? LocalAddress.Asked(http) : null),
        { Session.Stage: SignInStage.Full, Member.PasswordTemporary: false } => null,
        _ => StaffPaths.StepOf(visit),
    };

    public static Workplace Workplace(HttpContext http) => new(http.Connection.RemoteIpAddress?.ToString(), http.Request.Headers.UserAgent.ToString());
}
