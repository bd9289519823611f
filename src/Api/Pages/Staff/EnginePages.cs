using KenshinOtp.Staff;
using KenshinOtp.Worker.Jobs;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The job engine's own pages, where it has some, for head office alone.</summary>
internal static class EnginePages
{
    public static void MapEnginePages(this IEndpointRouteBuilder routes) => routes.MapJobDashboard(StaffPaths.Engine, StaffPaths.Jobs, Admit);

    /// <summary>As for every page of the console: others are led to the log-in, and for those without the power it does not exist.</summary>
    private static async Task<bool> Admit(HttpContext http)
    {
        var visit = await http.RequestServices.GetRequiredService<StaffDoor>().Greet(http, http.RequestAborted);
        if (StaffDoor.StepBefore(visit, http) is { } step)
            http.Response.Redirect(step);
        else if (!visit!.Member.May(StaffAction.RunJobs))
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        else
            return true;
        return false;
    }
}
