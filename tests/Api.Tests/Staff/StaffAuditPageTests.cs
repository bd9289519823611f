using System.Text;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>The audit trail on the screen and as a file.</summary>
public sealed class StaffAuditPageTests : StaffTest
{
    [Fact]
    public async Task An_auditor_filters_pages_and_takes_a_file_that_Excel_opens()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        await teller.Send(
            $"/staff/contracts/{customer.ServiceId}/act?action=suspend&user={customer.UserId}", to: null, ("formNumber", "A-1"), ("reason", "other"), ("note", "=1+1"));

        (await teller.Get("/staff/audit")).Status.ShouldBe(404);
        (await auditor.Get("/staff/audit")).Main.ShouldContain("token.suspended");
        var filtered = await auditor.Get("/staff/audit?from=2026-04-15&to=2026-04-15&action=token.suspended&actor=teller001");
        filtered.Main.ShouldContain("届出書 A-1");
        filtered.Main.ShouldNotContain("<span class=\"code\" translate=\"no\">token.confirmed");
        (await auditor.Get("/staff/audit?to=2026-04-14")).Main.ShouldContain("当てはまる記録はありません。");
        (await auditor.Get("/staff/audit?from=2026-13-01")).Main.ShouldContain("href=\"#from\"");
        (await auditor.Get("/staff/audit?cursor=nonsense!")).Status.ShouldBe(404);

        (await auditor.Post("/staff/audit")).Status.ShouldBe(400);
        var token = (await auditor.Get("/staff/audit")).Hidden.Single(field => field.Name == "__RequestVerificationToken");
        var file = await auditor.Download("/staff/audit", token, ("serviceId", customer.ServiceId), ("action", "token.suspended"));

        file[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        Encoding.UTF8.GetString(file).Split("\r\n").Length.ShouldBe(3);
        Encoding.UTF8.GetString(file).ShouldContain("form A-1; other; =1+1");
        (await Audit.Value(Centre, "select actor_name from audit_entry where action = 'audit.exported'")).ShouldBe("auditor");
    }

    [Fact]
    public async Task What_people_have_typed_stands_there_as_they_typed_it()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);

        await teller.Send(
            $"/staff/contracts/{customer.ServiceId}/act?action=suspend&user={customer.UserId}", to: null,
            ("formNumber", "A-1"), ("reason", "found"), ("note", "lost; drafted by 岸本 正」、起案 岸本 正"));

        (await auditor.Get("/staff/audit?action=token.suspended")).Main.ShouldContain("届出書 A-1、発見、「lost; drafted by 岸本 正』、起案 岸本 正」<");
        (await auditor.Get("/staff/audit?action=staff.added")).Main.ShouldContain("teller001、窓口、001");
    }
}
