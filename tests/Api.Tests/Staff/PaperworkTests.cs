using KenshinOtp.Staff;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Tests.Staff;

public sealed class PaperworkTests : StaffTest
{
    [Fact]
    public async Task A_teller_suspends_at_once()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var teller = await AtWork(StaffRole.Teller);

        var done = await Submit(teller, StaffAction.Suspend, customer);

        done.Value!.Receipt!.Token!.Status.ShouldBe(TokenStatus.Suspended);
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_suspended");
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'token.suspended'")).ShouldBe("form A-123; lost");
    }

    [Fact]
    public async Task What_cannot_be_undone_is_drafted_by_one_and_approved_by_another()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var (teller, approver) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Approver));

        (await Submit(teller, StaffAction.Unlock, customer)).Problem!.Code.ShouldBe("invalid_transition"); // nobody drafts what cannot be
        var draft = (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft!;

        (await customer.Look())["token.status"].ShouldBe("inUse");
        (await Submit(teller, StaffAction.Revoke, customer)).Problem!.Code.ShouldBe("draft_exists");
        (await Desk.Queue(approver, after: null, limit: 10, CancellationToken.None)).ShouldHaveSingleItem().Id.ShouldBe(draft.Id);
        (await Paperwork.Approve(teller, draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("not_allowed");
        var receipt = await Paperwork.Approve(approver, draft.Id, "確認済み", CancellationToken.None);
        receipt.Value!.Token!.Status.ShouldBe(TokenStatus.Revoked);
        (await customer.Verify(await phone.Password()))["reason"].ShouldBe("token_revoked");
        (await Paperwork.Approve(approver, draft.Id, note: null, CancellationToken.None)).Problem.ShouldNotBeNull();
        (await Desk.Draft(approver, draft.Id, CancellationToken.None))!.ReceiptNumber.ShouldBe(receipt.Value.ReceiptNumber);
    }

    [Fact]
    public async Task What_was_drafted_for_a_contract_lapses_when_the_bank_cancels_it()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var (teller, approver) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Approver));
        var draft = (await Submit(teller, StaffAction.Cancel, customer)).Value!.Draft!;

        await Bank.Delete("contracts/" + customer.ServiceId);
        await Bank.Put("contracts/" + customer.ServiceId, new { name = "湖畔商店", tokenMode = "individual", branch = "001" });

        (await Paperwork.Approve(approver, draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("draft_decided");
        (await Desk.Draft(approver, draft.Id, CancellationToken.None))!.Status.ShouldBe(DraftStatus.Expired);
        (await Bank.Get("contracts/" + customer.ServiceId)).Code.ShouldBe(200);
        (await Audit.Value(Centre, "select service_id from audit_entry where action = 'draft.expired'")).ShouldBe(customer.ServiceId);
        (await Audit.Value(Centre, "select detail from audit_entry where action = 'draft.expired'")).ShouldBe($"form A-123; lost; drafted by {teller.Member.DisplayName}");
    }

    [Fact]
    public async Task Nobody_approves_what_he_drafted_himself()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var approver = await AtWork(StaffRole.Approver);
        var draft = (await Submit(approver, StaffAction.Cancel, customer)).Value!.Draft!;

        (await Paperwork.Approve(approver, draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("own_draft");
        (await Audit.Actions(Centre)).ShouldContain("staff.refused");
        (await Paperwork.Withdraw(approver, draft.Id, CancellationToken.None)).Value!.Status.ShouldBe(DraftStatus.Withdrawn);
        (await Audit.Actions(Centre))[^1].ShouldBe("draft.withdrawn");
    }

    [Fact]
    public async Task None_but_an_approver_returns_a_draft_and_nobody_the_own_one()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var (teller, colleague, approver) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Teller, login: "colleague"), await AtWork(StaffRole.Approver));
        var tellers = (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft!;
        var approvers = (await Submit(approver, StaffAction.Cancel, customer)).Value!.Draft!;

        (await Paperwork.Return(colleague, tellers.Id, "届出印がちがう", CancellationToken.None)).Problem!.Code.ShouldBe("not_allowed");
        (await Paperwork.Return(approver, approvers.Id, "届出印がちがう", CancellationToken.None)).Problem!.Code.ShouldBe("own_draft");

        (await Desk.Queue(approver, after: null, limit: 10, CancellationToken.None)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_drafted_for_a_token_does_not_meet_the_one_that_took_its_place()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var (teller, approver) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Approver));
        var draft = (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft!;
        await customer.Revoke(await phone.Password());
        Centre.Clock.Advance(TimeSpan.FromMinutes(30));
        var next = await customer.ActivatedPhone();
        await customer.Confirm(await next.Password());

        (await Paperwork.Approve(approver, draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("token_replaced");

        (await customer.Look())["token.status"].ShouldBe("inUse");
    }

    [Fact]
    public async Task Nobody_withdraws_what_another_drafted_and_the_audit_trail_says_who_tried()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var (teller, colleague, approver) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Teller, login: "colleague"), await AtWork(StaffRole.Approver));
        var draft = (await Submit(teller, StaffAction.Cancel, customer)).Value!.Draft!;

        foreach (var other in new[] { colleague, approver })
            (await Paperwork.Withdraw(other, draft.Id, CancellationToken.None)).Problem!.Code.ShouldBe("not_allowed");

        (await Audit.Values(Centre, "select actor_name from audit_entry where action = 'staff.refused' and detail = 'withdraw' order by id"))
            .ShouldBe([colleague.Member.Login, approver.Member.Login]);
        (await Desk.Draft(teller, draft.Id, CancellationToken.None))!.Status.ShouldBe(DraftStatus.Open);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_who_press_at_once_are_one(bool withdraw)
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var teller = await AtWork(StaffRole.Teller);
        var (one, two) = (await AtWork(StaffRole.Approver), await AtWork(StaffRole.HeadOffice, branch: null));
        var draft = (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft!;

        var approval = Paperwork.Approve(one, draft.Id, note: null, CancellationToken.None);
        var other = withdraw
            ? Problems(Paperwork.Withdraw(teller, draft.Id, CancellationToken.None))
            : Problems(Paperwork.Approve(two, draft.Id, note: null, CancellationToken.None));
        string?[] outcomes = [(await approval).Problem?.Code, await other];

        outcomes.Count(code => code is null).ShouldBe(1);
        (await Audit.Events(Centre)).Count(type => type == "token.revoked").ShouldBe(outcomes[0] is null || !withdraw ? 1 : 0);
    }

    [Fact]
    public async Task A_draft_lapses_at_the_end_of_the_business_day()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var (teller, approver) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Approver));
        var draft = (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft!;
        draft.ExpiresAt.ShouldBe(new DateTimeOffset(2026, 4, 16, 0, 0, 0, TimeSpan.FromHours(9)));

        Centre.Clock.Set(draft.ExpiresAt);
        (await Paperwork.Approve(approver, draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("draft_decided");
        (await Desk.Queue(approver, after: null, limit: 10, CancellationToken.None)).ShouldBeEmpty();
        await Centre.RunJob("cleanup");

        (await Desk.Draft(approver, draft.Id, CancellationToken.None))!.Status.ShouldBe(DraftStatus.Expired);
        (await Submit(teller, StaffAction.Revoke, customer)).Value!.Draft.ShouldNotBeNull();
    }

    [Fact]
    public async Task Without_dual_control_one_person_is_enough()
    {
        await Centre.Bank("9009", "kenshin", ("dualControl", "false"));
        var bank = await Centre.Bank("9010", "kenshin", ("dualControl", "false"));
        var (customer, _) = await bank.CustomerWithToken();
        var teller = await AtWork(StaffRole.Teller, institution: "9010");

        (await Submit(teller, StaffAction.Cancel, customer)).Value!.Receipt.ShouldNotBeNull();
        (await bank.Get($"contracts/{customer.ServiceId}")).Problem.ShouldBe("contract_not_found");
    }

    [Theory]
    [InlineData(StaffRole.CallCentre, StaffAction.Suspend, null)]
    [InlineData(StaffRole.CallCentre, StaffAction.Revoke, "not_allowed")]
    [InlineData(StaffRole.CallCentre, StaffAction.Unlock, "not_allowed")]
    [InlineData(StaffRole.Auditor, StaffAction.Suspend, "not_allowed")]
    [InlineData(StaffRole.HeadOffice, StaffAction.Suspend, null)]
    public async Task Each_role_does_its_own_work_and_no_more(StaffRole role, StaffAction action, string? refusal)
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var visit = await AtWork(role, branch: null);

        ((await Desk.Preview(visit, action, Service(customer), User(customer), CancellationToken.None)).Problem?.Code).ShouldBe(refusal);
        ((await Submit(visit, action, customer)).Problem?.Code).ShouldBe(refusal);
    }

    [Fact]
    public async Task Another_branch_and_another_institution_do_not_exist()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        await Centre.Bank("9002");
        var (own, next) = (await AtWork(StaffRole.Teller), await AtWork(StaffRole.Approver, "002"));
        var foreign = await AtWork(StaffRole.HeadOffice, branch: null, institution: "9002");
        var draft = (await Submit(own, StaffAction.Revoke, customer)).Value!.Draft!;

        foreach (var stranger in new[] { next, foreign })
        {
            (await Submit(stranger, StaffAction.Suspend, customer)).Problem!.Code.ShouldBe("contract_not_found");
            (await Desk.Sheet(stranger, Service(customer), CancellationToken.None)).Problem!.Code.ShouldBe("contract_not_found");
            (await Desk.Preview(stranger, StaffAction.Revoke, Service(customer), User(customer), CancellationToken.None)).Problem!.Code.ShouldBe("contract_not_found");
            (await Paperwork.Approve(stranger, draft.Id, note: null, CancellationToken.None)).Problem!.Code.ShouldBe("draft_not_found");
            (await Desk.Draft(stranger, draft.Id, CancellationToken.None)).ShouldBeNull();
            (await Desk.Search(stranger, customer.ServiceId, cursor: null, limit: 10, CancellationToken.None)).Items.ShouldBeEmpty();
            (await Desk.Deliveries(stranger, new(Status: null, Retried: false), before: null, limit: 10, CancellationToken.None)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_sheet_shows_the_whole_contract()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var teller = await AtWork(StaffRole.Teller);
        await Submit(teller, StaffAction.Revoke, customer);

        var sheet = (await Desk.Sheet(teller, Service(customer), CancellationToken.None)).Value!;

        sheet.Contract.Users.ShouldHaveSingleItem().Token!.Serial.ShouldBe(phone.Serial);
        sheet.Tokens.ShouldHaveSingleItem();
        sheet.Mails.ShouldHaveSingleItem().UserId.ShouldBe(customer.UserId);
        sheet.Drafts.ShouldHaveSingleItem().Action.ShouldBe(StaffAction.Revoke);
        sheet.History[0].Action.ShouldBe("draft.submitted");
        sheet.History.ShouldContain(line => line.Action == "token.confirmed" && line.ReceiptNumber != null);
        var preview = (await Desk.Preview(teller, StaffAction.Revoke, Service(customer), User(customer), CancellationToken.None)).Value!;
        preview.TakesTwo.ShouldBeTrue();
        preview.Lines.ShouldHaveSingleItem().After.ShouldBe(TokenStatus.Revoked);
    }

    [Fact]
    public async Task What_the_preview_says_of_a_token_that_lapsed_while_it_was_stopped_is_what_the_trail_says()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var approver = await AtWork(StaffRole.Approver);
        await Submit(approver, StaffAction.Suspend, customer);
        Centre.Clock.Advance(TimeSpan.FromDays(731));

        var preview = (await Desk.Preview(approver, StaffAction.Resume, Service(customer), User(customer), CancellationToken.None)).Value!;

        preview.Lines.ShouldHaveSingleItem().After.ShouldBe(TokenStatus.Expired);
    }

    private static async Task<string?> Problems<T>(Task<Results.Result<T>> task)
        where T : notnull => (await task).Problem?.Code;
}
