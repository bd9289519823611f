using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text;
using KenshinOtp.Api.Pages.Staff;
using KenshinOtp.Institutions;
using KenshinOtp.Staff;
using KenshinOtp.Worker.Jobs;
using Microsoft.Extensions.DependencyInjection;

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
        (await auditor.Get("/staff/audit?action=audit.exported")).Main.ShouldContain($"<span>操作：事故設定、サービスID：{customer.ServiceId}</span>");
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
        (await auditor.Get("/staff/audit?action=staff.added")).Main.ShouldContain("teller001、窓口、店番 001");
    }

    [Fact]
    public async Task A_draft_that_lapsed_is_found_by_its_contract_and_says_who_drafted_it()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        await teller.Send(Act(customer, StaffAction.Cancel), to: null, ("formNumber", "A-1"), ("reason", "leaving"), ("note", ""));

        Centre.Clock.Advance(TimeSpan.FromDays(1));
        await Centre.RunJob("cleanup");

        var drafter = await Audit.Value(Centre, "select display_name from staff where role = 'teller'");
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);
        (await auditor.Get($"/staff/audit?action=draft.expired&serviceId={customer.ServiceId}")).Main.ShouldContain($"届出書 A-1、解約の申出、起案 {drafter}");
    }

    [Fact]
    public async Task What_the_program_writes_down_in_codes_is_read_in_words()
    {
        await Bank.Put("contracts/S1000001", new { name = "湖畔, 個別", tokenMode = "individual", branch = "001" });
        await Bank.Put("contracts/S1000002", new { name = "遠方商店", tokenMode = "shared" });
        await Bank.Put("contracts/S1000001/users/yamada", new { displayName = "login", role = "general" });
        await Centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [new("reissueCooldownMinutes", "45"), new("dualControl", "true")], CancellationToken.None);
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);

        (await auditor.Get("/staff/audit?serviceId=S1000001")).Main.ShouldContain("<span>湖畔, 個別、個別、店番 001</span>");
        (await auditor.Get("/staff/audit?serviceId=S1000002")).Main.ShouldContain("<span>遠方商店、共有、店番なし</span>");
        (await auditor.Get("/staff/audit?action=user.entered")).Main.ShouldContain("<span>login、一般、ログイン時は認証なし</span>");
        (await auditor.Get("/staff/audit?action=institution.policyChanged")).Main.ShouldContain("→ 再発行までの待ち時間（分）：45、2名での承認：する</span>");
        (await auditor.Get("/staff/audit?action=institution.added")).Main.ShouldContain("、けんしん</span>");
        (await auditor.Get("/staff/audit?action=staff.added")).Main.ShouldContain("auditor、監査、全店");
    }

    [Theory]
    [InlineData("actor=職員")]
    [InlineData("actor=staff")]
    [InlineData("actor=職員 teller001")]
    [InlineData("actor=職員 職員 teller001（teller001）")]
    public async Task An_actor_is_asked_for_as_the_column_names_it(string query)
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        await teller.Send($"/staff/contracts/{customer.ServiceId}/act?action=suspend&user={customer.UserId}", to: null, ("formNumber", "A-1"), ("reason", "lost"));

        var page = (await auditor.Get($"/staff/audit?{query}")).Main;

        page.ShouldContain("translate=\"no\">token.suspended<");
        page.ShouldContain("職員 職員 teller001（teller001）");
        page.ShouldNotContain("translate=\"no\">token.confirmed<");
    }

    [Fact]
    public async Task A_serial_number_is_found_as_it_is_shown_and_an_entry_has_its_second()
    {
        var (_, phone) = await Bank.CustomerWithToken();
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);
        var groups = $"{phone.Serial[..^8]} {phone.Serial[^8..^4]} {phone.Serial[^4..]}";

        var page = (await auditor.Get($"/staff/audit?serial={Uri.EscapeDataString(groups)}")).Main;

        page.ShouldContain($"<span>{phone.Serial[^8..^4]}</span><wbr><span>{phone.Serial[^4..]}</span>");
        page.ShouldNotContain($">{phone.Serial}<");
        page.ShouldMatch(">2026年4月15日 [0-9]{2}時[0-9]{2}分[0-9]{2}秒</time>");
    }

    [Fact]
    public async Task What_no_index_leads_to_is_looked_for_in_a_month_unless_a_day_says_how_far_back()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        Centre.Clock.Advance(TimeSpan.FromDays(31));
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);

        var cut = (await auditor.Get("/staff/audit?action=token.confirmed")).Main;
        cut.ShouldContain("当てはまる記録はありません。");
        cut.ShouldContain("31日分だけを探しました");
        cut.ShouldContain("name=\"from\" type=\"date\" value=\"2026-04-16\"");

        foreach (var query in new[] { "action=token.confirmed&from=2026-04-01", "action=token.confirmed&to=2026-04-20", $"action=token.confirmed&serviceId={customer.ServiceId}" })
            (await auditor.Get("/staff/audit?" + query)).Main.ShouldContain("<span class=\"code\" translate=\"no\">token.confirmed", customMessage: query);
        (await auditor.Get("/staff/audit")).Main.ShouldNotContain("31日分");
        (await auditor.Get("/staff/audit?action=token.confirmed&to=tomorrow")).Main.ShouldContain("href=\"#to\"");
    }

    [Theory]
    [InlineData("from=0001-01-01", "from")]
    [InlineData("to=9999-12-31", "to")]
    [InlineData("action=token.confirmed&to=0002-01-01", "to")]
    public async Task A_day_at_the_end_of_the_calendar_is_no_day(string query, string field)
    {
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);

        (await auditor.Get("/staff/audit?" + query)).Main.ShouldContain($"href=\"#{field}\"");
    }

    [Fact]
    public async Task A_print_says_whose_it_is_when_it_was_made_and_what_was_asked_for()
    {
        using var auditor = await WorkScreen.Open(Centre, StaffRole.Auditor, branch: null);

        var page = (await auditor.Get("/staff/audit?from=2026-04-15&action=staff.added")).Main;

        foreach (var text in new[] { "<dd lang=\"ja\">第9001信用組合</dd>", "<dt>印刷時刻</dt><dd><time datetime=\"2026-04-15T", "<dd>この日から：2026-04-15、操作：職員の登録</dd>" })
            page.ShouldContain(text);
        (await auditor.Get("/staff/audit")).Main.ShouldContain("<dd>なし（すべての記録）</dd>");
    }

    [Theory]
    [InlineData("")]
    [InlineData("en")]
    public void Every_key_of_a_policy_and_every_job_has_a_word_in_both_languages(string language)
    {
        var words = new ResourceManager("KenshinOtp.Api.Pages.Staff.StaffTexts", typeof(Serials).Assembly).GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!;

        foreach (var key in PolicyKeys.All.Select(key => "Policy_" + key.Name).Concat(JobCatalogue.All.Select(job => "Job_" + job.Name)))
            words.GetString(key).ShouldNotBeNullOrEmpty(key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("en")]
    public void What_jobs_do_is_said_of_those_that_there_are(string language)
    {
        var words = new ResourceManager("KenshinOtp.Api.Pages.Staff.StaffWorkTexts", typeof(Serials).Assembly).GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!;

        words.Cast<DictionaryEntry>().Select(word => (string)word.Key).Where(key => key.StartsWith("JobSays_", StringComparison.Ordinal))
            .ShouldBe(JobCatalogue.All.Select(job => "JobSays_" + job.Name), ignoreOrder: true);
    }
}
