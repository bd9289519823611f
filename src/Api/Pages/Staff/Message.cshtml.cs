using KenshinOtp.Api.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Primitives;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>
/// Stands in for a page that cannot be shown. Runs again through the whole pipeline for the refused request, whatever its method; asked for directly it
/// does not exist. It says the same whether something is beyond reach or not there at all.
/// </summary>
[IgnoreAntiforgeryToken]
[DisableRateLimiting]
internal sealed partial class MessageModel(StaffDoor door, StaffTexts texts, ILogger<MessageModel> log) : PageModel
{
    /// <summary>The texts <c>Message_{Key}Title</c> and <c>Message_{Key}Body</c>.</summary>
    public string Key { get; private set; } = "";

    public string WhatToDo => Key switch
    {
        "NotFound" => "Message_DoSearch",
        "Stale" => "Message_DoLogin",
        _ => "Message_DoRetry",
    };

    public string Body => Key == "Busy"
        ? texts["Message_BusyBody", StringValues.IsNullOrEmpty(Response.Headers.RetryAfter) ? "60" : Response.Headers.RetryAfter.ToString()]
        : texts[$"Message_{Key}Body"];

    /// <summary>What finds this fault in the log.</summary>
    public string? Reference { get; private set; }

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var features = HttpContext.Features;
        var failed = features.Get<IExceptionHandlerFeature>() is not null;
        if (!failed && features.Get<IStatusCodeReExecuteFeature>() is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        Key = Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest or StatusCodes.Status401Unauthorized => "Stale",
            StatusCodes.Status429TooManyRequests => "Busy",
            < StatusCodes.Status500InternalServerError => "NotFound",
            _ => "Error",
        };
        if (Key == "Error")
            Tell();
        if (!failed && features.Get<StaffFrame>() is null)
            await door.Greet(HttpContext, HttpContext.RequestAborted); // the frame of those who are at work
        await next();
    }

    private void Tell()
    {
        Reference = MessagePages.ReferenceOf(HttpContext);
        if (Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            Response.ComeBackAfter(RetryAfter.Away); // FaultHandler has logged why
        else
            LogFault(Reference);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A page of the staff console failed; the person was told the reference {Reference}")]
    private partial void LogFault(string reference);
}
