using KenshinOtp.Results;
using KenshinOtp.Text;

namespace KenshinOtp.Core.Tests.Text;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("湖畔商店 😀", "湖畔商店 😀")]
    [InlineData("a\tb\r\nc", "a b  c")]
    [InlineData("湖畔\u202e商店", "湖畔 商店")]
    [InlineData("湖\u200b畔\ufeff", "湖 畔 ")]
    [InlineData("a\u2028b\u2029c", "a b c")]
    [InlineData("a\U000e0041", "a ")]
    [InlineData("湖畔\ufffe商店", "湖畔 商店")] // no characters, and none ever will be: the standard keeps them for programs
    [InlineData("湖\ufdd0畔\U0010ffff", "湖 畔 ")]
    public void A_line_holds_what_is_seen_and_blanks(string text, string line)
    {
        OneLine.Of(text).ShouldBe(line);
        OneLine.Is(text).ShouldBe(text == line);
        OneLine.Is(line).ShouldBeTrue();
    }

    [Fact]
    public void Half_a_character_is_none()
    {
        OneLine.Is("湖\ud83d畔").ShouldBeFalse();
        OneLine.Is("湖\ude00\ud83d畔").ShouldBeFalse();
        OneLine.Is(OneLine.Of("湖\ud83d畔")).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(" ", false)]
    [InlineData("湖畔商店", true)]
    [InlineData("湖畔商店一", false)]
    [InlineData("湖\u202e畔", false)]
    public void A_line_that_is_needed_has_something_on_it_and_keeps_its_length(string? text, bool good)
    {
        var errors = new FieldErrors();

        errors.Line("name", text, 4).ShouldBe(text ?? "");

        errors.Any.ShouldBe(!good);
        errors.OptionalLine("name", "", 4).ShouldBeNull();
    }
}
