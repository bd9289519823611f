using KenshinOtp.Staff;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>What one person drafts and another decides, as the browser sends it.</summary>
public sealed class StaffDraftPagesTests : StaffTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_who_press_at_once_one_wins_and_the_other_is_told(bool withdraw)
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        using var one = await WorkScreen.Open(Centre, StaffRole.Approver);
        using var two = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        var draft = (await teller.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location!;
        var rival = withdraw ? teller : two;
        var (mine, theirs) = ((await one.Get(draft)).Hidden, (await rival.Get(draft)).Hidden);

        var both = await Task.WhenAll(
            one.Post($"{draft}?handler=approve", mine), rival.Post($"{draft}?handler={(withdraw ? "withdraw" : "approve")}", theirs));

        both.Select(answer => answer.Status).Order().ShouldBe([302, 409]);
        var loser = both.Single(answer => answer.Status == 409);
        loser.Main.ShouldContain("先に処理されていました。");
        loser.Main.ShouldMatch("職員 (approver|headoffice|teller)(001)? さんが .+(承認しました|取り下げました)");
        (await Audit.Events(Centre)).Count(type => type == "token.revoked").ShouldBe(both[0].Status == 302 || !withdraw ? 1 : 0);
        (await one.Post($"{draft}?handler=return", [.. mine, ("note", "遅い")])).Status.ShouldBe(409);
    }

    [Fact]
    public async Task A_cancelled_contract_tells_the_second_approver_who_was_first()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        using var one = await WorkScreen.Open(Centre, StaffRole.Approver);
        using var two = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        var draft = (await teller.Send(Act(customer, StaffAction.Cancel), to: null, ("formNumber", "K-1"), ("reason", "leaving"))).Location!;
        var late = (await two.Get(draft)).Hidden;

        var receipt = await one.Send(draft, $"{draft}?handler=approve");

        (await one.Get(receipt.Location!)).Main.ShouldContain("あわせて失効したトークン");
        var told = await two.Post($"{draft}?handler=approve", late);
        told.Status.ShouldBe(409);
        told.Main.ShouldContain("職員 approver001 さんが");
    }

    [Fact]
    public async Task A_return_says_why_and_nobody_decides_on_his_own()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var approver = await WorkScreen.Open(Centre, StaffRole.Approver);
        using var other = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        var draft = (await approver.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location!;

        (await approver.Get(draft)).Main.ShouldNotContain("handler=approve");
        (await approver.Send(draft, $"{draft}?handler=approve")).Status.ShouldBe(403);
        (await other.Send(draft, $"{draft}?handler=return")).Main.ShouldContain("差し戻すときは、理由をコメントに入力してください。");
        (await other.Send(draft, $"{draft}?handler=return", ("note", "届出印がちがう"))).Location.ShouldBe(draft);
        (await approver.Get(draft)).Main.ShouldContain("届出印がちがう");
        (await other.Get("/staff/queue")).Main.ShouldContain("承認待ちの起案はありません。");
    }

    [Fact]
    public async Task A_draft_is_to_be_approved_by_the_end_of_the_day_not_at_midnight_of_the_next()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);

        var act = await screen.Get(Act(customer, StaffAction.Revoke));
        var draft = await screen.Get((await screen.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location!);

        act.Main.ShouldContain("別の役席が 2026年4月15日 24時までに承認すると");
        draft.Main.ShouldContain("<time datetime=\"2026-04-16T00:00&#x2B;09:00\">2026年4月15日 24時</time>");
    }

    [Fact]
    public async Task After_a_decision_the_next_draft_of_others_is_offered_and_how_many_wait()
    {
        var (one, _) = await Bank.CustomerWithToken();
        var (two, _) = await Bank.CustomerWithToken("S2000002", "suzuki");
        var (own, _) = await Bank.CustomerWithToken("S3000003", "sato");
        using var head = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null);
        using var other = await WorkScreen.Open(Centre, StaffRole.HeadOffice, branch: null, login: "other");
        await head.Send(Act(own, StaffAction.Revoke), to: null, PaperForm);
        var first = (await other.Send(Act(one, StaffAction.Revoke), to: null, PaperForm)).Location!;
        var second = (await other.Send(Act(two, StaffAction.Revoke), to: null, PaperForm)).Location!;

        var receipt = await head.Get((await head.Send(first, $"{first}?handler=approve")).Location!);
        receipt.Main.ShouldContain($"href=\"{second}\"");
        receipt.Main.ShouldContain("承認待ちの一覧へ（2件）");

        await head.Send(second, $"{second}?handler=return", ("note", "届出印がちがう"));
        var returned = await head.Get(second);
        returned.Main.ShouldContain("ほかの人が起案した承認待ちは、もうありません。");
        returned.Main.ShouldContain("承認待ちの一覧へ（1件）");
    }

    [Fact]
    public async Task The_home_page_shows_what_waits_to_those_who_draft_as_well()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        using var teller = await WorkScreen.Open(Centre, StaffRole.Teller);
        using var night = await WorkScreen.Open(Centre, StaffRole.CallCentre, branch: null);
        var draft = (await teller.Send(Act(customer, StaffAction.Revoke), to: null, PaperForm)).Location!;

        (await teller.Get("/staff")).Main.ShouldContain(draft);
        (await night.Get("/staff")).Main.ShouldNotContain("承認待ち");
    }
}
