using KenshinOtp.Text;

namespace KenshinOtp.Core.Tests.Text;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("みずうみ　ショウテン", "ミズウミショウテン")]
    [InlineData("ﾐｽﾞｳﾐ", "ミズウミ")]
    [InlineData("ｙａｍａｄａ", "YAMADA")]
    public void Width_case_kana_and_blanks_make_no_difference(string typed, string folded) => SearchText.Fold(typed).ShouldBe(folded);

    [Fact]
    public void What_is_no_character_is_looked_for_like_anything_else()
    {
        foreach (var typed in new[] { "湖\ufffe畔", "湖\ud83d畔", "湖\ude00畔", "湖畔\ud83d" })
            SearchText.Fold(typed).Replace("\ufffd", "", StringComparison.Ordinal).ShouldBe("湖畔");
    }
}
