using System.Diagnostics;
using KenshinOtp.Data;

namespace KenshinOtp.Api.Pages;

/// <summary>Faults of a family of pages are told by a page in the reader's language.</summary>
internal static class MessagePages
{
    /// <summary>What finds the fault of a page in the log; the reader is told it.</summary>
    public static string ReferenceOf(HttpContext http) => Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;

    /// <param name="app">The application.</param>
    /// <param name="owns">Whether an address belongs to the family.</param>
    /// <param name="message">The page that tells.</param>
    public static void UseMessagePage(this WebApplication app, Func<PathString, bool> owns, string message)
    {
        var races = app.Services.GetRequiredService<Races>();
        app.UseWhen(http => owns(http.Request.Path), branch =>
        {
            branch.UseExceptionHandler(new ExceptionHandlerOptions
            {
                ExceptionHandlingPath = message,
                SuppressDiagnosticsCallback = fault => races.MayPassLater(fault.Exception), // FaultHandler has said so in a line
                StatusCodeSelector = exception => exception switch
                {
                    BadHttpRequestException bad => bad.StatusCode,
                    var e when races.MayPassLater(e) => StatusCodes.Status503ServiceUnavailable,
                    _ => StatusCodes.Status500InternalServerError,
                },
            });
            branch.UseStatusCodePagesWithReExecute(message);
        });
    }
}
