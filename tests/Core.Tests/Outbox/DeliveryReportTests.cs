using System.Diagnostics;
using System.Text;
using KenshinOtp.Outbox;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Core.Tests.Outbox;

public sealed class DeliveryReportTests
{
    private const string Id = "<019d8e5f0c5070018f6c2b1d3e4f5a6b@kenshin.example>";

    public static TheoryData<string, string> Reports { get; } = new()
    {
        { Bounces.Postfix(Id), "550 5.1.1 […]: Recipient address rejected: User unknown" },
        { Bounces.Exim(Id), "550 […]: User unknown (5.0.0)" },
        { Bounces.Sendmail(Id), "4.4.7" },
        { Bounces.Carrier(Id), "550 Sender was rejected by […] (5.7.1)" },
    };

    [Theory, MemberData(nameof(Reports))]
    public void A_mail_that_was_given_up_is_found_whoever_writes_and_whatever_ends_a_line(string message, string failure)
    {
        foreach (var form in new[] { message, message.ReplaceLineEndings("\n"), message.ReplaceLineEndings("\r\n") })
            Read(form).ShouldBe(new DeliveryReport(Id, failure));
    }

    [Theory]
    [InlineData("failed", "5.1.1", true)]
    [InlineData("FAILED", "4.4.1", true)]
    [InlineData("failed (given up)", "5.0.0 (nothing more is known)", true)]
    [InlineData("failed", "nonsense", true)]
    [InlineData("failed", "2.0.0", false)]
    [InlineData("delayed", "4.4.1", false)]
    [InlineData("delivered", "2.0.0", false)]
    [InlineData("relayed", "2.0.0", false)]
    [InlineData("expanded", "2.0.0", false)]
    [InlineData("failedish", "5.1.1", false)]
    public void Only_a_failure_is_one(string action, string status, bool failed) =>
        (Read(Bounces.Postfix(Id, action, status))!.Failure is not null).ShouldBe(failed);

    [Theory]
    [InlineData("delivered", false)]
    [InlineData("relayed", false)]
    [InlineData("delayed", true)]
    [InlineData("failed", true)]
    public void A_mail_that_another_recipient_behind_an_alias_got_has_not_failed(string other, bool failed) =>
        (Read(Bounces.Postfix(Id, status: $"5.1.1\n\nFinal-Recipient: rfc822; other@example.jp\nAction: {other}\nStatus: 2.0.0"))!.Failure is not null).ShouldBe(failed);

    [Theory]
    [InlineData("smtp; 550 Unknown user", "550 Unknown user (5.1.1)")]
    [InlineData("550 5.1.1 no type before it", "550 5.1.1 no type before it")]
    [InlineData("X-Postfix; delivery time expired", "5.1.1 delivery time expired")]
    [InlineData("smtp; see https://example.jp/d/abc of <a@b.example> or \"x..y\"@docomo.ne.jp", "5.1.1 see […] of […] or […]")]
    [InlineData("smtp; 550 \u0000\u0007\u001b[2J red", "550 [2J red (5.1.1)")]
    [InlineData("", "5.1.1")]
    public void The_answer_begins_with_a_number_and_holds_no_address_no_link_and_no_control(string diagnostic, string failure) =>
        Read(Bounces.Postfix(Id, diagnostic: diagnostic))!.Failure.ShouldBe(failure);

    [Fact]
    public void A_long_answer_is_cut_between_characters_and_what_is_no_UTF8_is_replaced()
    {
        Read(Bounces.Postfix(Id, diagnostic: "smtp; 550 " + string.Concat(Enumerable.Repeat("あ", 5000))))!.Failure!.Length.ShouldBeInRange(400, 420);
        var bytes = Encoding.Latin1.GetBytes(Bounces.Postfix(Id, diagnostic: "smtp; 550 \u00ff\u00fe"));
        DeliveryReport.TryParse(bytes, out var report).ShouldBeTrue();
        report!.Failure.ShouldBe("550 \uFFFD\uFFFD (5.1.1)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("Subject: hello\n\nFinal-Recipient: rfc822; a@b\nAction: failed")]
    [InlineData("Content-Type: multipart/report\n\nAction: failed")]
    [InlineData("Content-Type: multipart/report; boundary=\"\"\n\n--\n--")]
    [InlineData("Content-Type: multipart/report; boundary=b\n\n--b\n--b\n--b\n--b--")]
    [InlineData("Content-Type: multipart/report; x=\"; boundary=b\"\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <a@b>\n--b--")]
    public void Other_messages_are_no_reports(string message) => Read(message).ShouldBeNull();

    [Fact]
    public void A_report_of_which_a_part_is_missing_broken_or_of_another_form_is_none()
    {
        var whole = Bounces.Postfix(Id);

        Read(Bounces.OutOfOffice(Id)).ShouldBeNull();
        foreach (var (from, to) in new[]
        {
            ("multipart/report;", "multipart/mixed;"), ("message/delivery-status", "text/plain"), ("message/delivery-status", "message/disposition-notification"),
            ("message/rfc822", "text/plain"), ("boundary=", "border="), ("Action:", "Reaction:"), (Id, "no id"), (Id, "<" + new string('a', 299) + ">"), (Id, "<a b@c>"), (Id, "<\u0000@c>"),
            ("Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: base64"), ("Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: x-unknown"),
        })
            Read(whole.Replace(from, to, StringComparison.Ordinal)).ShouldBeNull($"{from} → {to}");
    }

    [Fact]
    public void A_report_that_was_cut_off_behind_the_Message_ID_is_read() =>
        Read(Bounces.Postfix(Id)[..Bounces.Postfix(Id).IndexOf("Subject: =?utf-8", StringComparison.Ordinal)]).ShouldNotBeNull();

    [Fact]
    public void Of_fields_that_stand_there_twice_the_first_counts() =>
        Read(Bounces.Postfix(Id, action: "delayed\nAction: failed"))!.Failure.ShouldBeNull();

    [Fact]
    public void The_report_itself_is_not_mistaken_for_the_mail()
    {
        var inner = Bounces.Postfix(Id).Replace("4GfQ2j6L9Zz", "inner", StringComparison.Ordinal);
        var forwarded = $"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--";

        Read(Bounces.Postfix(Id))!.MessageId.ShouldBe(Id);
        Read(forwarded).ShouldBeNull();
        Read(Bounces.Postfix(Id).Replace("Message-Id: <4GfQ", "Message-ID: <4GfQ", StringComparison.Ordinal))!.MessageId.ShouldBe(Id);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData(" \n")]
    [InlineData("a: b\n")]
    [InlineData("--b\n")]
    [InlineData("--b\nContent-Type: multipart/report; boundary=b\n\n")]
    [InlineData("Content-Type: multipart/report; boundary=b\n")]
    [InlineData("=3D=\n")]
    [InlineData("a@")]
    [InlineData("\\\"")]
    [InlineData("A\0\n")]
    public void A_megabyte_of_anything_is_read_in_a_moment(string again)
    {
        const string head = "Content-Type: multipart/report; boundary=b\n";
        var much = string.Concat(Enumerable.Repeat(again, 1_000_000 / again.Length));
        string[] messages =
        [
            much, head + much, head + "\n" + much, $"Content-Type: multipart/report; boundary=\"{much}\"\n\n",
            Bounces.Postfix(Id, diagnostic: much), Bounces.Postfix(much), Bounces.Carrier(much), Bounces.Postfix(Id, status: "5.1.1\n\n" + much),
        ];

        var clock = Stopwatch.StartNew();
        foreach (var message in messages)
            Read(message);

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20)); // a few tenths each; minutes where the time grows with the square
    }

    [Fact]
    public void Of_a_report_that_is_changed_or_cut_off_anywhere_nothing_but_a_value_comes()
    {
        foreach (var message in Reports.Select(row => Encoding.UTF8.GetBytes((string)row[0])))
        {
            for (var i = 0; i < message.Length; i++)
            {
                DeliveryReport.TryParse(message.AsSpan(0, i), out _);
                foreach (var other in "\0\n\"=: \u00ff")
                {
                    byte[] changed = [.. message];
                    changed[i] = (byte)other;
                    if (DeliveryReport.TryParse(changed, out var report))
                        $"{report.MessageId}{report.Failure}".ShouldNotContain('\0');
                }
            }
        }
    }

    private static DeliveryReport? Read(string message) => DeliveryReport.TryParse(Encoding.UTF8.GetBytes(message), out var report) ? report : null;
}
