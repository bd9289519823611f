using System.Data.Common;
using KenshinOtp.Data;

namespace KenshinOtp.Api.Pages;

/// <summary>Faults of a family of pages are told by a page in the reader's language.</summary>
internal static class MessagePages
{
    /// <param name="app">The application.</param>
    /// <param name="owns">Whether an address belongs to the family.</param>
    /// <param name="message">The page that tells.</param>
    public static void UseMessagePage(this WebApplication app, Func<PathString, bool> owns, string message)
    {
        var dialect = app.Services.GetRequiredService<SqlDialect>();
        app.UseWhen(http => owns(http.Request.Path), branch =>
        {
            branch.UseExceptionHandler(new ExceptionHandlerOptions
            {
                ExceptionHandlingPath = message,
                StatusCodeSelector = exception => exception switch
                {
                    BadHttpRequestException bad => bad.StatusCode,
                    DbException e when dialect.IsTransient(e) => StatusCodes.Status503ServiceUnavailable,
                    _ => StatusCodes.Status500InternalServerError,
                },
            });
            branch.UseStatusCodePagesWithReExecute(message);
        });
    }
}
