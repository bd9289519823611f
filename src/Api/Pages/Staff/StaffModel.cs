using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A page for a member of staff at work. Everybody else is sent to the step of the log-in that is still to come.</summary>
internal abstract class StaffModel(StaffDoor door) : FormModel
{
    public StaffVisit Visit { get; private set; } = null!;

    public StaffMember Member => Visit.Member;

    /// <summary>The two figures of the frame.</summary>
    public (int WaitingDrafts, int FailedMails) Counts => HttpContext.Features.Get<StaffFrame>() is { } frame ? (frame.WaitingDrafts, frame.FailedMails) : default;

    /// <summary>What a role must be allowed to see this page at all; for others it does not exist.</summary>
    protected virtual StaffAction? Needs => null;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is null)
        {
            context.Result = StatusCode(StatusCodes.Status405MethodNotAllowed);
            return;
        }

        var visit = await door.Greet(HttpContext, HttpContext.RequestAborted);
        context.Result = Refuse(visit);
        if (context.Result is not null)
            return;
        Visit = visit!;
        await next();
    }

    /// <summary>Where somebody is sent who has no business here now; null for those who have.</summary>
    protected virtual IActionResult? Refuse(StaffVisit? visit)
    {
        if (visit is null && HttpMethods.IsPost(Request.Method))
            return LocalRedirect(StaffPaths.LogInAfter(Request));
        if (StaffDoor.StepBefore(visit, HttpContext) is { } step)
            return LocalRedirect(step);
        return Needs is { } action && !visit!.Member.May(action) ? NotFound() : null;
    }
}
