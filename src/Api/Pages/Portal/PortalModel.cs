using KenshinOtp.Api.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.RateLimiting;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page for a visitor with a session. Everybody else is told that the session has ended.</summary>
[EnableRateLimiting(RateLimits.Public)]
internal abstract class PortalModel(VisitorDesk desk) : FormModel
{
    public Visitor Visitor { get; private set; } = null!;

    protected VisitorDesk Desk => desk;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is null)
        {
            context.Result = StatusCode(StatusCodes.Status405MethodNotAllowed);
            return;
        }

        if (await desk.Greet(HttpContext, HttpContext.RequestAborted) is not { } visitor)
        {
            HttpContext.Features.Set(PortalMessage.SessionEnded);
            context.Result = StatusCode(StatusCodes.Status401Unauthorized);
            return;
        }

        Visitor = visitor;
        if (await Prepare(HttpContext.RequestAborted) is { } refusal)
            context.Result = refusal;
        else
            await next();
    }

    /// <summary>What a page needs to know before it answers.</summary>
    /// <returns>Why there is no such page for this visitor, or null.</returns>
    protected virtual Task<IActionResult?> Prepare(CancellationToken ct) => Task.FromResult<IActionResult?>(null);

    /// <summary>To where this user goes on: the page asked for is not the one that fits.</summary>
    protected LocalRedirectResult GoOn() => LocalRedirect(PortalPaths.Of(Visitor.View.NextStep));
}
