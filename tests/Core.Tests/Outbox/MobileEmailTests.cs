using KenshinOtp.Outbox;

namespace KenshinOtp.Core.Tests.Outbox;

public sealed class MobileEmailTests
{
    [Theory]
    [InlineData("taro@docomo.ne.jp", "taro@docomo.ne.jp")]
    [InlineData("taro..t.@docomo.ne.jp", "\"taro..t.\"@docomo.ne.jp")]
    [InlineData(".a@docomo.ne.jp", "\".a\"@docomo.ne.jp")]
    [InlineData("-a@ezweb.ne.jp", "-a@ezweb.ne.jp")]
    [InlineData("a+b/c=d@softbank.ne.jp", "a+b/c=d@softbank.ne.jp")]
    public void Addresses_of_handsets_are_accepted_and_take_a_form_that_SMTP_knows(string text, string smtp)
    {
        MobileEmail.TryParse(text, out var email).ShouldBeTrue();

        email.Value.ShouldBe(text);
        email.SmtpForm.ShouldBe(smtp);
    }

    [Theory]
    [InlineData("a@b, c@d")]
    [InlineData("a@docomo.ne.jp,b@docomo.ne.jp")]
    [InlineData("a@docomo.ne.jp;b@docomo.ne.jp")]
    [InlineData("a@docomo.ne.jp\r\nBcc: b@example.jp")]
    [InlineData("a@docomo.ne.jp\n")]
    [InlineData(" a@docomo.ne.jp")]
    [InlineData("a @docomo.ne.jp")]
    [InlineData("a@docomo.ne.jp ")]
    [InlineData("@docomo.ne.jp")]
    [InlineData("a@")]
    [InlineData("a@localhost")]
    [InlineData("a@b@docomo.ne.jp")]
    [InlineData("a@-docomo.ne.jp")]
    [InlineData("a@docomo..ne.jp")]
    [InlineData("a@127.0.0.1")]
    [InlineData("\"a\"@docomo.ne.jp")]
    [InlineData("<a@docomo.ne.jp>")]
    [InlineData("a(b)@docomo.ne.jp")]
    [InlineData("太郎@docomo.ne.jp")]
    [InlineData("a@ドコモ.jp")]
    [InlineData("ａ@docomo.ne.jp")]
    [InlineData("a\0@docomo.ne.jp")]
    [InlineData("")]
    [InlineData(null)]
    public void Anything_but_one_plain_address_is_refused(string? text) => MobileEmail.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Over_long_parts_are_refused()
    {
        MobileEmail.TryParse(new string('a', 64) + "@docomo.ne.jp", out _).ShouldBeTrue();
        MobileEmail.TryParse(new string('a', 65) + "@docomo.ne.jp", out _).ShouldBeFalse();
        MobileEmail.TryParse("a@" + new string('b', 64) + ".jp", out _).ShouldBeFalse();
        MobileEmail.TryParse("a@" + string.Join('.', Enumerable.Repeat(new string('b', 50), 5)) + ".jp", out _).ShouldBeFalse();
    }

    [Fact]
    public void Screens_see_it_masked()
    {
        MobileEmail.TryParse("taro..t.@docomo.ne.jp", out var email);

        email.Masked.ShouldBe("t***@docomo.ne.jp");
        email.ToString().ShouldBe("t***@docomo.ne.jp");
    }
}
