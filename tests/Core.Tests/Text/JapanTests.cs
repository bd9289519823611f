using KenshinOtp.Text;

namespace KenshinOtp.Core.Tests.Text;

public sealed class JapanTests
{
    [Theory]
    [InlineData("2026-10-01", true)]
    [InlineData("2026/10/1", true)]
    [InlineData("1900-01-01", true)]
    [InlineData("9998-12-31", true)]
    [InlineData("0202-10-01", false)] // what a browser sends while a year is typed
    [InlineData("0001-01-01", false)]
    [InlineData("9999-12-31", false)]
    [InlineData("01.10.2026", false)]
    [InlineData("2026-02-29", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_day_has_a_day_before_and_one_after(string? text, bool isDay)
    {
        Japan.TryParseDay(text, out var day).ShouldBe(isDay);
        if (isDay)
            (Japan.Midnight(day.AddDays(1)) - Japan.Midnight(day.AddDays(-1))).ShouldBe(TimeSpan.FromDays(2));
    }

    [Fact]
    public void An_instant_that_has_no_date_there_is_shown_with_the_last_one()
    {
        Japan.Date(DateTimeOffset.MaxValue).ShouldBe("9999年12月31日");
        Japan.DateAndTime(DateTimeOffset.MaxValue).ShouldBe("9999年12月31日 23時59分");
        Japan.Date(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero)).ShouldBe("2026年11月24日");
    }
}
