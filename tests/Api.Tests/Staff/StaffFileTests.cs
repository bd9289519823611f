using System.Text;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>What staff take along of their tables, as a file or on paper.</summary>
public sealed class StaffFileTests : StaffTest
{
    [Fact]
    public async Task What_waits_is_taken_along_as_a_file_that_computes_nothing_and_it_is_written_down()
    {
        await Bank.CustomerWithToken();
        var (customer, _) = await Bank.CustomerWithToken("S2000002", "suzuki");
        (await Bank.Put($"contracts/{customer.ServiceId}", new { name = "=1+1", tokenMode = "individual", branch = "002" })).Message.EnsureSuccessStatusCode();
        using var teller = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        using var branch = await WorkScreen.Open(Centre, StaffRole.Approver);
        using var night = await WorkScreen.Open(Centre, StaffRole.CallCentre, branch: null);
        foreach (var page in new[] { "/staff/contracts/S1000001/act?action=revoke&user=yamada", "/staff/contracts/S2000002/act?action=cancel" })
            (await teller.Send(page, to: null, ("formNumber", "A-1"), ("reason", "leaving"), ("note", "@SUM(1), \"x\""))).Status.ShouldBe(302);

        (await teller.Post("/staff/queue")).Status.ShouldBe(400);
        (await night.Post("/staff/queue")).Status.ShouldBe(400);
        var all = await File(teller, "/staff/queue");
        var own = await File(branch, "/staff/queue");

        all.Length.ShouldBe(4);
        all[0].ShouldBe("起案日時,操作,サービスID,契約,店番,ユーザID,利用者,シリアル番号,届出書番号,理由,補足,起案者,承認の期限");
        all[2].ShouldStartWith("2026-04-15 ");
        all[2].ShouldContain(",利用解約,S2000002,'=1+1,002,,,,A-1,解約の申出,\"'@SUM(1), \"\"x\"\"\",職員 headoffice,2026-04-15 24:00:00");
        own.Length.ShouldBe(3);
        own[1].ShouldContain(",失効,S1000001,");
        (await Audit.Value(Centre, "select count(*) from audit_entry where action = 'drafts.exported'")).ShouldBe("2");
        (await teller.Get("/staff/audit?action=drafts.exported")).Main.ShouldContain("承認待ちの保存");
        var print = (await branch.Get("/staff/queue")).Main;
        foreach (var text in new[] { "data-print", "<dt>印刷者</dt>", "第9001信用組合" })
            print.ShouldContain(text);
    }

    [Fact]
    public async Task Deliveries_are_taken_along_as_they_were_asked_for_by_those_who_see_them()
    {
        for (var i = 1; i <= 51; i++)
            await (await Bank.Customer($"S{i:0000000}")).Issue("one@docomo.ne.jp");
        await Centre.DeliveredMails();
        var late = await Bank.Customer("S9000001");
        await late.Issue("late@docomo.ne.jp");
        (await Bank.Put("contracts/S9000001", new { name = "遠方", tokenMode = "individual", branch = "002" })).Message.EnsureSuccessStatusCode();
        using var head = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        using var branch = await WorkScreen.Open(Centre, StaffRole.Teller);

        var all = await File(head, "/staff/deliveries");
        var queued = await File(head, "/staff/deliveries", ("status", "queued"));
        var own = await File(branch, "/staff/deliveries");

        all.Length.ShouldBe(1 + 52 + 1);
        all[0].ShouldBe("受付,種類,状態,送信時刻,次回,宛先,サービスID,ユーザID,送信回数,サーバの応答");
        queued.Length.ShouldBe(3);
        queued[1].ShouldContain(",late@docomo.ne.jp,S9000001,yamada,0,");
        own.Length.ShouldBe(1 + 51 + 1);
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'deliveries.exported' and detail is not null")).ShouldBe("queued");
        (await head.Get("/staff/audit?action=deliveries.exported")).Main.ShouldContain("<span>送信待ち</span>");
        (await head.Get("/staff/deliveries?status=queued")).Main.ShouldContain("name=\"status\" value=\"queued\"");
    }

    private static async Task<string[]> File(WorkScreen screen, string page, params (string, string)[] fields)
    {
        var token = (await screen.Get(page)).Hidden.Single(field => field.Name == "__RequestVerificationToken");
        var file = await screen.Download(page, [token, .. fields]);
        file[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        return Encoding.UTF8.GetString(file[3..]).Split("\r\n");
    }
}
