using KenshinOtp.Api.Http;
using KenshinOtp.Api.TokenApp;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Primitives;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>
/// Stands in for a page that cannot be shown: an unknown address, a link or session that has ended, a fault of ours. Runs again through the whole
/// pipeline for the refused request, whatever its method; asked for directly it does not exist.
/// </summary>
[IgnoreAntiforgeryToken]
[DisableRateLimiting]
internal sealed partial class MessageModel(PortalTexts texts, TimeProvider time, ILogger<MessageModel> log) : PageModel
{
    public PortalMessage Message { get; private set; } = PortalMessage.NotFound;

    public PortalBank? Bank => HttpContext.Features.Get<PortalBank>();

    public string Body => Message == PortalMessage.Busy || Message == PortalMessage.BusyLink
        ? texts["Error_BusyBody", StringValues.IsNullOrEmpty(Response.Headers.RetryAfter) ? "60" : Response.Headers.RetryAfter.ToString()]
        : texts[Message.Key + "Body"];

    /// <summary>Whether the page stands in for the mailed link, which shows its code to no page: none leads back to it.</summary>
    public bool MailedLink => LocalAddress.Asked(HttpContext).Split('?')[0] == DownloadEndpoint.Path;

    /// <summary>What finds this fault in the log.</summary>
    public string? Reference { get; private set; }

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var features = HttpContext.Features;
        if (features.Get<IExceptionHandlerFeature>() is null && features.Get<IStatusCodeReExecuteFeature>() is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        var status = Response.StatusCode;
        Message = features.Get<PortalMessage>() ?? PortalMessage.Of(status);
        if (Message == PortalMessage.Busy && MailedLink)
            Message = PortalMessage.BusyLink;
        if (Message != PortalMessage.Error)
            return;

        Reference = MessagePages.ReferenceOf(HttpContext);
        if (status == StatusCodes.Status503ServiceUnavailable)
            Response.ComeBackAfter(RetryAfter.Away); // FaultHandler has logged why
        else
            LogFault(Reference);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A hosted page failed; the visitor was told the reference {Reference}")]
    private partial void LogFault(string reference);
}
