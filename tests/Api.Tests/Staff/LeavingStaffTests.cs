using System.Net;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>Members of staff who move to another desk, leave, and come back.</summary>
public sealed class LeavingStaffTests : StaffTest
{
    private StaffAccounts Accounts => Centre.Services.GetRequiredService<StaffAccounts>();

    [Fact]
    public async Task Whoever_has_left_neither_logs_in_nor_approves_nor_is_told_from_a_wrong_password()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var approver = await WorkScreen.Open(Centre, StaffRole.Approver, login: "suzuki");
        var draft = $"/staff/drafts/{(await Submit(await AtWork(StaffRole.Teller), StaffAction.Revoke, customer)).Value!.Draft!.Id}";
        var form = (await approver.Get(draft)).Hidden;

        (await Accounts.Disable("9001", "suzuki", CancellationToken.None)).Problem.ShouldBeNull();

        (await approver.Post($"{draft}?handler=approve", form)).Location.ShouldNotBeNull().ShouldStartWith("/staff/login");
        (await customer.Look())["token.status"].ShouldBe("inUse");
        using var screen = new StaffScreen(Centre);
        (await Refusal(screen, Clerk.Password)).ShouldBe(await Refusal(screen, "wrong password"));
        (await Accounts.Reset("9001", "suzuki", CancellationToken.None)).Problem!.Code.ShouldBe("staff_disabled");
        (await Accounts.Disable("9001", "suzuki", CancellationToken.None)).Problem!.Code.ShouldBe("staff_disabled");
        (await Audit.Actions(Centre)).Count(action => action == "staff.disabled").ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_comes_back_begins_anew()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Approver);
        (await Accounts.Enable("9001", "suzuki", CancellationToken.None)).Problem!.Code.ShouldBe("staff_not_disabled");
        await Accounts.Disable("9001", "suzuki", CancellationToken.None);

        var handed = (await Accounts.Enable("9001", "suzuki", CancellationToken.None)).Value!;

        using var screen = new StaffScreen(Centre);
        (await screen.Begin(clerk)).StatusCode.ShouldBe(HttpStatusCode.OK); // the old password
        (await screen.Begin(clerk, handed.Password)).Headers.Location!.OriginalString.ShouldBe("/staff/password");
        (await Audit.Actions(Centre)).ShouldContain("staff.enabled");
    }

    [Fact]
    public async Task Whoever_moves_works_at_the_new_desk_after_another_log_in()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);
        using var screen = await StaffScreen.At(Centre, clerk);

        var moved = await Change(branch: "002", role: StaffRole.Approver);

        (moved.Value!.Branch, moved.Value.Role, moved.Value.DisplayName).ShouldBe(("002", StaffRole.Approver, "職員 suzuki"));
        (await screen.Get("/staff")).Headers.Location!.OriginalString.ShouldStartWith("/staff/login");
        (await Desk.Sheet(await clerk.Visit(), Service(customer), CancellationToken.None)).Problem!.Code.ShouldBe("contract_not_found");
        (await Audit.Value(Centre, "select state_before from audit_entry where action = 'staff.changed'")).ShouldBe("suzuki, teller, 001, 職員 suzuki");
        (await Audit.Value(Centre, "select state_after from audit_entry where action = 'staff.changed'")).ShouldBe("suzuki, approver, 002, 職員 suzuki");
    }

    [Fact]
    public async Task A_draft_stays_the_own_one_also_at_another_desk()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);
        var draft = (await Submit(await clerk.Visit(), StaffAction.Revoke, customer)).Value!.Draft!;

        await Change(branch: StaffAccounts.AllBranches, role: StaffRole.HeadOffice);

        (await Paperwork.Approve(await clerk.Visit(), draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("own_draft");
    }

    [Fact]
    public async Task Another_name_ends_no_session_and_what_cannot_be_is_refused()
    {
        var clerk = await Clerk.Hire(Centre, "9001", "suzuki", StaffRole.Teller);
        using var screen = await StaffScreen.At(Centre, clerk);

        (await Change(name: "鈴木 花子")).Value!.DisplayName.ShouldBe("鈴木 花子");
        (await Change(name: "鈴木 花子")).Problem.ShouldBeNull(); // nothing to do

        (await screen.Read("/staff")).ShouldContain("鈴木 花子");
        (await Audit.Actions(Centre)).Count(action => action == "staff.changed").ShouldBe(1);
        (await Change(branch: StaffAccounts.AllBranches)).Problem!.Errors!.Keys.ShouldBe(["branch"]); // a teller works at a branch
        (await Change(branch: "9")).Problem!.Errors!.Keys.ShouldBe(["branch"]);
        (await Change(name: " ")).Problem!.Errors!.Keys.ShouldBe(["name"]);
        (await Accounts.Change(new("9001", "nobody", "x", Branch: null, Role: null), CancellationToken.None)).Problem!.Code.ShouldBe("staff_not_found");
        (await Accounts.Disable("9009", "suzuki", CancellationToken.None)).Problem!.Code.ShouldBe("institution_not_found");
    }

    private Task<Result<StaffMember>> Change(string? name = null, string? branch = null, StaffRole? role = null) =>
        Accounts.Change(new("9001", "suzuki", name, branch, role), CancellationToken.None);

    private static async Task<string> Refusal(StaffScreen screen, string password)
    {
        var answer = await screen.Send("/staff/login", "/staff/login", ("Institution", "9001"), ("Login", "suzuki"), ("Password", password));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var html = await answer.Content.ReadAsStringAsync();
        return html[..html.IndexOf("<form", StringComparison.Ordinal)];
    }
}
