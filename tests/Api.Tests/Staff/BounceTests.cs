using System.Text;
using KenshinOtp.Outbox;
using KenshinOtp.Staff;
using KenshinOtp.Support;
using KenshinOtp.Support.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests.Staff;

/// <summary>A mail that the relay took and that came back: what the bank, the user and staff see of it, and what it must not disturb.</summary>
public sealed class BounceTests : StaffTest
{
    private const string Failed = "mail.failed";
    private const double Day = 1;

    private static readonly (string, string)[] Form = [("formNumber", "A-123"), ("reason", "other"), ("note", "宛先の誤り")];

    [Fact]
    public async Task It_is_shown_to_the_bank_the_user_and_staff_and_goes_again_to_a_corrected_address()
    {
        var customer = await Bank.Customer();
        await customer.Issue("wrong@docomo.ne.jp");
        var messageId = await Deliver();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        (await PortalPage(customer)).ShouldNotContain("送信できませんでした");

        var taken = await Take(Bounces.Postfix(messageId));

        taken.Outcome.ShouldBe(BounceOutcome.Failed);
        (await customer.Look())["token.mail"].ShouldBe("failed");
        var told = (await Bank.Get("events")).Text;
        told.ShouldContain("550 5.1.1 […]: Recipient address rejected: User unknown");
        told.ShouldNotContain("taro");
        (await PortalPage(customer)).ShouldContain("送り先のアドレスが見つかりませんでした");
        var list = (await screen.Get("/staff/deliveries?status=failed")).Main;
        foreach (var text in new[] { "wrong@docomo.ne.jp", "不達", "メールが届いていないお客様 1名", $"/staff/mails/{taken.MailId}/resend" })
            list.ShouldContain(text);
        (await screen.Get($"/staff/contracts/{customer.ServiceId}")).Main.ShouldContain("不達通知の受付");

        (await screen.Send($"/staff/mails/{taken.MailId}/resend", to: null, [("mobileEmail", "right@docomo.ne.jp"), .. Form])).Status.ShouldBe(302);
        (await Centre.DeliveredMails())[^1].To.ShouldContain("right@docomo.ne.jp");
        (await customer.Look())["token.mail"].ShouldBe("sent");
        (await screen.Get("/staff/deliveries")).Main.ShouldNotContain("メールが届いていないお客様");
        (await Centre.Phone().Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
    }

    [Fact]
    public async Task The_menu_leads_to_what_came_back_as_long_as_a_customer_waits_for_it()
    {
        await (await Bank.Customer()).Issue("wrong@docomo.ne.jp");
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        (await screen.Get("/staff")).Html.ShouldContain("href=\"/staff/deliveries\">メール配信</a>");

        await Take(Bounces.Postfix(await Deliver()));

        (await screen.Get("/staff")).Html.ShouldContain("href=\"/staff/deliveries?status=failed\">メール不達");
        (await screen.Get("/staff/deliveries?status=failed")).Main.ShouldContain("href=\"/staff/deliveries?status=\"");
    }

    [Fact]
    public async Task It_counts_once_however_often_and_however_fast_it_comes()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var messageId = await Deliver();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Take(i % 2 == 0 ? Bounces.Exim(messageId) : Bounces.Sendmail(messageId)))));

        outcomes.Select(taken => taken.Outcome).Order().ShouldBe([BounceOutcome.Failed, .. Enumerable.Repeat(BounceOutcome.AlreadyFailed, 7)]);
        (await Count()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_mail_that_comes_back_after_another_took_its_place_is_written_down_and_troubles_nobody()
    {
        var customer = await Bank.Customer();
        await customer.Issue("wrong@docomo.ne.jp");
        var messageId = await Deliver();
        await customer.Resend("right@docomo.ne.jp");
        await Deliver();

        (await Take(Bounces.Postfix(messageId))).Outcome.ShouldBe(BounceOutcome.Failed);

        (await customer.Look())["token.mail"].ShouldBe("sent");
        (await Count()).ShouldBe((1, 0));
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        var list = (await screen.Get("/staff/deliveries?status=failed")).Main;
        list.ShouldContain("wrong@docomo.ne.jp");
        list.ShouldNotContain("メールが届いていないお客様");
        list.ShouldNotContain("/resend");
    }

    [Fact]
    public async Task A_mail_whose_link_has_been_used_arrived_whatever_is_reported()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var messageId = (await Centre.DeliveredMails())[^1].MessageId;

        (await Take(Bounces.Postfix(messageId))).Outcome.ShouldBe(BounceOutcome.Arrived);

        (await customer.Look())["token.mail"].ShouldBe("sent");
        (await Count()).ShouldBe((0, 0));
    }

    [Fact]
    public async Task A_mail_that_is_sent_again_after_the_activation_is_waited_for()
    {
        var customer = await Bank.Customer();
        await customer.ActivatedPhone();
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        await customer.Resend("wrong@docomo.ne.jp");
        var messageId = await Deliver();

        (await Take(Bounces.Postfix(messageId))).Outcome.ShouldBe(BounceOutcome.Failed);

        (await customer.Look())["token.mail"].ShouldBe("failed");
        (await Count()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_mail_for_a_token_that_is_stopped_is_written_down_and_troubles_nobody()
    {
        var customer = await Bank.Customer();
        await customer.ActivatedPhone();
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        await customer.Resend("wrong@docomo.ne.jp");
        var messageId = await Deliver();
        (await customer.Do("suspend")).Code.ShouldBe(200);

        (await Take(Bounces.Postfix(messageId))).Outcome.ShouldBe(BounceOutcome.Failed);

        (await Count()).ShouldBe((1, 0));
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        (await screen.Get("/staff/deliveries")).Main.ShouldNotContain("メールが届いていないお客様");
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task The_bank_is_told_of_a_notice_that_comes_back_unless_the_token_is_renewed_already(bool renewed, int told)
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        Centre.Clock.Advance(TimeSpan.FromDays(701 * Day));
        await Centre.RunJob("expiry");
        var messageId = await Deliver();
        if (renewed)
        {
            (await phone.Renew(await phone.Password())).Code.ShouldBe(200);
            Centre.Clock.Advance(TimeSpan.FromMinutes(1));
            (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        }

        (await Take(Bounces.Postfix(messageId))).Outcome.ShouldBe(BounceOutcome.Failed);

        (await Count()).ShouldBe((1, told));
        (await customer.Look())["token.mail"].ShouldBe("sent"); // that of its issuance
    }

    [Fact]
    public async Task A_report_that_is_faster_than_the_worker_keeps_the_mail_from_going_out_again()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var messageId = await Audit.Value(Centre, "select message_id from outbox_mail");

        (await Take(Bounces.Postfix(messageId!))).Outcome.ShouldBe(BounceOutcome.Failed);

        (await Centre.RunJob("mail")).ShouldBe(0);
        (await customer.Look())["token.mail"].ShouldBe("failed");
        (await Count()).ShouldBe((1, 1));
    }

    [Fact]
    public async Task What_says_nothing_of_a_failed_mail_of_ours_changes_nothing()
    {
        var customer = await Bank.Customer();
        await customer.Issue("wrong@docomo.ne.jp");
        await customer.Resend();
        var messageId = await Deliver();
        var withdrawn = await Audit.Value(Centre, "select message_id from outbox_mail where status = 'superseded'");

        foreach (var (message, outcome) in new[]
        {
            (Bounces.Postfix(messageId, "delayed", "4.4.1"), BounceOutcome.NotGivenUp), (Bounces.Postfix(messageId, "delivered", "2.0.0"), BounceOutcome.NotGivenUp),
            (Bounces.OutOfOffice(messageId), BounceOutcome.NotAReport), (Bounces.Postfix(messageId.Replace('@', 'x')), BounceOutcome.Unknown),
            (Bounces.Postfix("<019d8e5f0c5070018f6c2b1d3e4f5a6b@kenshin.example>"), BounceOutcome.Unknown), (Bounces.Postfix(withdrawn!), BounceOutcome.Withdrawn),
            (Bounces.Postfix(messageId).PadRight(TakeBounceHandler.MaxBytes + 1), BounceOutcome.TooLarge),
        })
            (await Take(message)).Outcome.ShouldBe(outcome);

        (await customer.Look())["token.mail"].ShouldBe("sent");
        (await Count()).ShouldBe((0, 0));
        (await Take(Bounces.Postfix(messageId).PadRight(TakeBounceHandler.MaxBytes))).Outcome.ShouldBe(BounceOutcome.Failed);
    }

    [Fact]
    public async Task Nobody_can_guess_the_Message_ID_of_the_next_mail_and_no_log_names_an_address()
    {
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            await (await Bank.Customer("S1", $"u{i}")).Issue($"secret{i}@docomo.ne.jp");
            ids.Add(await Deliver());
        }

        ids.ShouldAllBe(id => id.Length == "<019d8e5f0c5070018f6c2b1d3e4f5a6b@kenshin.example>".Length);
        ids.Select(id => id[17..33]).Distinct(StringComparer.Ordinal).Count().ShouldBe(20, "the half that no clock and no counter gives");
        await Take(Bounces.Postfix(ids[0], diagnostic: "smtp; 550 secret0@docomo.ne.jp"));
        Centre.Log.Text.ShouldNotContain("secret0@");
    }

    [Fact]
    public async Task Four_hundred_days_later_nobody_sees_where_a_mail_went_and_it_can_still_be_sent_again()
    {
        var customer = await Bank.Customer();
        await customer.Issue("hanako@docomo.ne.jp");
        await Deliver();
        using var screen = await WorkScreen.Open(Centre, StaffRole.Teller);
        Centre.Clock.Advance(TimeSpan.FromDays(399 * Day));
        await Centre.RunJob("cleanup");
        (await Audit.Value(Centre, "select to_address from outbox_mail")).ShouldBe("hanako@docomo.ne.jp");

        Centre.Clock.Advance(TimeSpan.FromDays(2 * Day));
        (await Centre.RunJob("cleanup")).ShouldBeGreaterThan(0);
        (await Centre.RunJob("cleanup")).ShouldBe(0);

        (await Audit.Value(Centre, "select to_address from outbox_mail")).ShouldBeEmpty();
        using var later = await WorkScreen.Open(Centre, StaffRole.Approver);
        (await later.Get("/staff/deliveries")).Main.ShouldNotContain("hanako");
        (await customer.Resend()).Code.ShouldBe(202);
        (await Centre.DeliveredMails())[^1].To.ShouldContain("hanako@docomo.ne.jp");
    }

    /// <summary>Sends what waits, and returns the Message-ID of the last mail.</summary>
    private async Task<string> Deliver() => (await Centre.DeliveredMails())[^1].MessageId;

    private async Task<TakenBounce> Take(string message)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(message));
        return await Centre.Services.GetRequiredService<TakeBounceHandler>().Handle(stream, CancellationToken.None);
    }

    private async Task<(int Entries, int Events)> Count() =>
        ((await Audit.Actions(Centre)).Count(action => action == Failed), (await Audit.Events(Centre)).Count(type => type == Failed));

    private async Task<string> PortalPage(Customer customer)
    {
        var link = await Bank.Post("portal-sessions", new { serviceId = customer.ServiceId, userId = customer.UserId, page = "issue", returnUrl = "https://bank.example/" });
        using var http = new HttpClient { BaseAddress = Centre.Url, DefaultRequestHeaders = { { "Accept-Language", "ja" } } };
        (await http.GetAsync(new Uri(link["url"]!))).EnsureSuccessStatusCode();
        return await http.GetStringAsync(new Uri("/portal/issued", UriKind.Relative));
    }
}
