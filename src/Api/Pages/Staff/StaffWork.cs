namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What the pages of the staff's work need besides the console itself.</summary>
internal static class StaffWork
{
    public static void AddStaffWork(this IServiceCollection services) => services.AddScoped<StaffWorkTexts>().AddScoped<JobBoard>().AddScoped<TableFile>();
}
