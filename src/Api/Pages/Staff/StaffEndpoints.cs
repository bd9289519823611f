using System.Globalization;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Http.Features;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The staff console as a part of the application.</summary>
internal static class StaffEndpoints
{
    public static void AddStaffConsole(this IServiceCollection services) =>
        services.AddScoped<StaffTexts>().AddScoped<StaffWords>().AddScoped<StaffDoor>();

    /// <summary>Faults of the console are told by a page.</summary>
    public static void UseStaffMessages(this WebApplication app) => app.UseMessagePage(StaffPaths.Owns, StaffPaths.Message);

    public static void MapStaffConsole(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StaffPaths.Language, Switch).ExcludeFromDescription();
        routes.MapGet(StaffPaths.Seen, Seen).ExcludeFromDescription();
    }

    private static IResult Switch(string? to, string? back, HttpContext http)
    {
        if (PageLanguage.Known(to) is { } language)
            PageLanguage.Remember(http, language);
        return TypedResults.LocalRedirect(StaffPaths.IsOurs(back) ? back! : StaffPaths.Root);
    }

    /// <summary>Somebody is still at the screen: the seconds that the session now lasts.</summary>
    private static async Task<IResult> Seen(StaffDoor door, HttpContext http) =>
        await door.Greet(http, http.RequestAborted) is { Session.Stage: SignInStage.Full }
            ? TypedResults.Text(((int)http.Features.GetRequiredFeature<StaffFrame>().Left.TotalSeconds).ToString(CultureInfo.InvariantCulture))
            : TypedResults.Unauthorized();
}
