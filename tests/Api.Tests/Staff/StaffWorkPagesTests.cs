using System.Net;
using KenshinOtp.Staff;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>What staff do and look through, as the browser sends it.</summary>
public sealed class StaffWorkPagesTests : StaffTest
{
    [Fact]
    public async Task A_call_centre_suspends_at_once_and_gets_a_receipt()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var screen = await WorkScreen.Open(Centre, StaffRole.CallCentre, branch: null);
        var page = Act(customer, StaffAction.Suspend);

        (await screen.Get(page)).Main.ShouldContain("事故設定する");
        var done = await screen.Send(page, to: null, PaperForm);

        done.Status.ShouldBe(302);
        var receipt = await screen.Get(done.Location!);
        foreach (var text in new[] { "A-123", "紛失", "駅で紛失", "職員 callcentre", "湖畔商店", "山田 花子", "第9001信用組合", "事故設定中" })
            receipt.Main.ShouldContain(text);
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'token.suspended'")).ShouldBe("form A-123; lost; 駅で紛失");
        (await screen.Get(Act(customer, StaffAction.Revoke))).Status.ShouldBe(404);
        (await screen.Get("/staff/queue")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_is_missing_is_told_at_the_field_and_what_was_typed_stays()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        var page = Act(customer, StaffAction.Suspend);

        var again = await screen.Send(page, to: null, ("formNumber", ""), ("reason", "other"), ("note", ""));

        again.Status.ShouldBe(200);
        again.Main.ShouldContain("<li><a href=\"#formNumber\">届出書番号を入力してください。</a></li>");
        again.Main.ShouldContain("「その他」を選んだときは、補足に理由を入力してください。");
        again.Main.ShouldContain("value=\"other\" checked=\"checked\"");
        (await Audit.Actions(Centre)).ShouldNotContain("token.suspended");
    }

    [Fact]
    public async Task What_is_done_is_what_was_shown()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        var shown = await screen.Get(Act(customer, StaffAction.Revoke));
        await customer.Do("suspend");

        var late = await screen.Post(Act(customer, StaffAction.Revoke), [.. shown.Hidden, .. PaperForm]);

        late.Status.ShouldBe(409);
        late.Main.ShouldContain("トークンの状態が変わりました");
        (await screen.Get(Act(customer, StaffAction.Suspend))).Main.ShouldContain("今の状態（事故設定中）では");
    }

    [Theory]
    [InlineData(StaffRole.Teller, "/staff/queue /staff/deliveries", "/staff/jobs")]
    [InlineData(StaffRole.Approver, "/staff/queue /staff/deliveries", "/staff/jobs")]
    [InlineData(StaffRole.HeadOffice, "/staff/queue /staff/deliveries /staff/jobs", "")]
    [InlineData(StaffRole.Auditor, "/staff/queue /staff/deliveries /staff/jobs", "")]
    [InlineData(StaffRole.CallCentre, "", "/staff/queue /staff/deliveries /staff/jobs")]
    public async Task Each_role_finds_its_own_pages(StaffRole role, string there, string notThere)
    {
        using var screen = await WorkScreen.Open(Centre, role);

        foreach (var path in there.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            (await screen.Get(path)).Status.ShouldBe(200, path);
        foreach (var path in notThere.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            (await screen.Get(path)).Status.ShouldBe(404, path);
    }

    [Fact]
    public async Task What_is_of_others_looks_like_what_never_was()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var mail = await Audit.Value(Centre, "select id from outbox_mail");
        await Centre.Bank("9002");
        using var own = await WorkScreen.Open(Centre, StaffRole.Teller);
        using var next = await WorkScreen.Open(Centre, StaffRole.Approver, "002");
        using var foreign = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null, institution: "9002");
        var draft = (await own.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location!;
        var receipt = (await own.Send(Act(customer, StaffAction.Suspend), to: null, PaperForm)).Location!;
        (await own.Get(receipt)).Status.ShouldBe(200);
        var unknown = (await next.Get("/staff/drafts/0")).Main;

        foreach (var stranger in new[] { next, foreign })
        {
            foreach (var path in new[] { draft, receipt, Act(customer, StaffAction.Resume), $"/staff/mails/{mail}/resend", "/staff/receipts/0" })
            {
                var refused = await stranger.Get(path);
                refused.Status.ShouldBe(404, path);
                refused.Main.ShouldBe(unknown, path);
            }

            (await stranger.Get("/staff/deliveries")).Main.ShouldNotContain(customer.ServiceId);
        }
    }

    [Fact]
    public async Task What_people_typed_stays_text()
    {
        const string evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        var (customer, _) = await Bank.CustomerWithToken();
        (await Bank.Put($"contracts/{customer.ServiceId}", new { name = evil, tokenMode = "individual", branch = "001" })).Message.EnsureSuccessStatusCode();
        (await Bank.Put($"contracts/{customer.ServiceId}/users/{customer.UserId}", new { displayName = evil, role = "administrator" })).Message.EnsureSuccessStatusCode();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        (string, string)[] form = [("formNumber", "A-1"), ("reason", "lost"), ("note", evil)];

        var draft = (await screen.Send(Act(customer, StaffAction.Revoke), to: null, form)).Location!;
        var receipt = (await screen.Send(Act(customer, StaffAction.Suspend), to: null, form)).Location!;

        foreach (var path in new[] { draft, receipt, "/staff/queue", Act(customer, StaffAction.Resume) })
        {
            var page = await screen.Get(path);
            page.Status.ShouldBe(200, path);
            page.Html.ShouldNotContain("<script>alert", Case.Sensitive, path);
            page.Html.ShouldNotContain("<img src=x", Case.Sensitive, path);
            page.Main.ShouldContain(WebUtility.HtmlEncode("<script>"), Case.Sensitive, path);
        }
    }

    [Fact]
    public async Task A_request_from_elsewhere_changes_nothing_and_nor_does_looking()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var screen = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        var before = await Audit.Actions(Centre);

        var forged = await screen.Post(Act(customer, StaffAction.Suspend), [("seen", "x"), .. PaperForm]);
        var run = await screen.Post("/staff/jobs", ("job", "cleanup"));
        foreach (var path in new[] { Act(customer, StaffAction.Suspend), "/staff/queue", "/staff/deliveries", "/staff/jobs?job=cleanup" })
            (await screen.Get(path)).Status.ShouldBe(200, path);

        (forged.Status, run.Status).ShouldBe((400, 400));
        (await Audit.Actions(Centre)).ShouldBe(before);
    }

    [Fact]
    public async Task A_mail_goes_again_to_the_corrected_address()
    {
        var customer = await Bank.Customer();
        await customer.Issue("wrong@docomo.ne.jp");
        await Centre.DeliveredMails();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        var page = $"/staff/mails/{await Audit.Value(Centre, "select id from outbox_mail")}/resend";

        (await screen.Get("/staff/deliveries?status=sent")).Main.ShouldContain(page);
        (await screen.Get("/staff/deliveries?status=failed")).Main.ShouldContain("当てはまるメールはありません。");
        (await screen.Send(page, to: null, [("mobileEmail", "いぬ"), .. PaperForm])).Main.ShouldContain("href=\"#mobileEmail\"");
        var done = await screen.Send(page, to: null, [("mobileEmail", "ｒｉｇｈｔ@docomo.ne.jp"), .. PaperForm]);

        (await screen.Get(done.Location!)).Main.ShouldContain("メール再送");
        (await Centre.DeliveredMails())[^1].To.ShouldContain("right@docomo.ne.jp");
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'mail.requeued'")).ShouldBe("form A-123; lost; 駅で紛失");
        (await screen.Get(page)).Main.ShouldContain("このメールは再送できません");
        (await screen.Send(page, to: null, [("mobileEmail", "right@docomo.ne.jp"), .. PaperForm])).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_refused_set_up_tells_the_clerk_what_was_wrong()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var code = await customer.DownloadCode();
        await Centre.Phone().Activate(code, customer.ServiceId, customer.UserId, "0000");
        await Centre.Phone().Activate(code, customer.ServiceId, "nobody", "0000");
        await Centre.Phone().Activate(code, "S9", customer.UserId, Customer.Pin);
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);

        var contract = (await screen.Get($"/staff/contracts/{customer.ServiceId}")).Main;

        foreach (var reason in new[] { "利用開始パスワード不一致", "ユーザID不一致、利用開始パスワード不一致", "サービスID不一致" })
            contract.ShouldContain($"<p>{reason}</p>");
    }

    [Fact]
    public async Task A_contract_shows_the_address_in_full_wherever_it_shows_it()
    {
        var customer = await Bank.Customer();
        await customer.Issue("taro@docomo.ne.jp");
        using var screen = await WorkScreen.Open(Centre, StaffRole.CallCentre, branch: null);

        var contract = (await screen.Get($"/staff/contracts/{customer.ServiceId}")).Main;

        contract.ShouldContain("taro@docomo.ne.jp");
        contract.ShouldNotContain("t***@");
    }

    [Fact]
    public async Task A_contract_shows_what_waits_beside_whom_it_concerns_and_marks_what_was_refused()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        using var night = await WorkScreen.Open(Centre, StaffRole.CallCentre, branch: null);
        await customer.Verify("000000");
        var draft = (await teller.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location!;
        var whole = (await teller.Send(Act(customer, StaffAction.Cancel), to: null, ("formNumber", "K-1"), ("reason", "leaving"))).Location!;

        var page = (await teller.Get($"/staff/contracts/{customer.ServiceId}")).Main;

        page.ShouldContain($"<a href=\"{draft}\">失効の承認待ち</a>");
        page.ShouldContain($"<a href=\"{whole}\">利用解約の承認待ち</a>");
        page.ShouldMatch("state-bad\"><svg[^>]*>.*?</svg>認証失敗");
        (await night.Get($"/staff/contracts/{customer.ServiceId}")).Main.ShouldNotContain("/staff/drafts/");
    }
}
