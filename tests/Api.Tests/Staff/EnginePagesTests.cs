using System.Net;
using KenshinOtp.Staff;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The job engine's own pages where there are none: the jobs run in another process, or the engine has no pages.</summary>
public sealed class EnginePagesTests : StaffTest
{
    [Fact]
    public async Task Where_the_jobs_run_elsewhere_there_is_neither_a_link_nor_a_page()
    {
        using var head = await StaffScreen.At(Centre, await Clerk.Hire(Centre, "9001", "honbu", StaffRole.HeadOffice, branch: null));

        (await head.Read("/staff/jobs")).ShouldNotContain("/staff/jobs/engine");
        (await head.Get("/staff/jobs/engine")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
