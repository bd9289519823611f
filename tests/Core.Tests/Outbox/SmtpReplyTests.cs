using KenshinOtp.Outbox;

namespace KenshinOtp.Core.Tests.Outbox;

/// <summary>What a mail server says, as people see it.</summary>
public sealed class SmtpReplyTests
{
    [Theory]
    [InlineData(550, "5.1.1 User unknown", "550 5.1.1 User unknown")]
    [InlineData(550, "5.1.1 The address does not exist.\n5.1.1 Ask the postmaster.\r\n", "550 5.1.1 The address does not exist. 5.1.1 Ask the postmaster.")]
    [InlineData(550, "\u0000\u0007\u001b[2J red", "550 [2J red")]
    [InlineData(554, "<taro@docomo.ne.jp>: see\nhttps://example.jp/d/abc", "554 […]: see […]")]
    [InlineData(0, "Connection refused", "Connection refused")]
    [InlineData(421, "", "421")]
    public void Words_are_one_line_without_controls_addresses_and_links(int code, string words, string line) => SmtpReply.Words(code, words).ShouldBe(line);

    [Fact]
    public void A_megabyte_is_cut_before_it_is_read() => SmtpReply.Words(550, string.Concat(Enumerable.Repeat("a@", 500_000))).Length.ShouldBeLessThanOrEqualTo(400);
}
