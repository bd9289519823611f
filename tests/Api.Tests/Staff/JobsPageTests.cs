using KenshinOtp.Audit;
using KenshinOtp.Housekeeping;
using KenshinOtp.Staff;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The jobs as head office and auditors see them.</summary>
public sealed class JobsPageTests : StaffTest
{
    [Fact]
    public async Task Head_office_runs_a_job_now_and_the_audit_trail_knows()
    {
        using var head = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);

        var ran = await head.Send("/staff/jobs", to: null, ("job", "cleanup"));

        ran.Location!.ShouldStartWith("/staff/jobs?ran=cleanup&done=");
        (await head.Get(ran.Location!)).Main.ShouldContain("整理を実行しました");
        (await Audit.Value(Centre, "select actor_name from audit_entry where action = 'job.runByHand' and state_after = 'cleanup'")).ShouldBe("headoffice");
        (await auditor.Get("/staff/jobs")).Main.ShouldNotContain("今すぐ実行");
        (await head.Get("/staff/jobs")).Main.ShouldContain("2026年");
    }

    [Fact]
    public async Task A_job_that_failed_says_why_in_words()
    {
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);
        var runs = Centre.Services.GetRequiredService<JobRuns>();
        await Should.ThrowAsync<AuditCutException>(runs.Watch("seal", _ => throw new AuditCutException(), CancellationToken.None));
        await Should.ThrowAsync<NotSupportedException>(runs.Watch("grace", _ => throw new NotSupportedException(), CancellationToken.None));

        var page = (await auditor.Get("/staff/jobs")).Main;

        page.ShouldContain("監査記録の末尾が、封印の控えと合いません。");
        page.ShouldNotContain("AuditCutException");
        page.ShouldContain("この名前をシステム担当に伝えてください：NotSupportedException");
    }

    [Fact]
    public async Task What_is_written_beside_the_keys_is_not_run_from_the_console()
    {
        using var head = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);

        var page = (await head.Get("/staff/jobs")).Main;
        var asked = await head.Send("/staff/jobs", to: null, ("job", "seal"));

        page.ShouldContain("value=\"cleanup\"");
        page.ShouldNotContain("value=\"seal\"");
        asked.Status.ShouldBe(404);
        (await Audit.Actions(Centre)).ShouldNotContain("job.runByHand");
        File.Exists(Path.Combine(Centre.Directory, "keys", "audit-head")).ShouldBeFalse();
    }
}
