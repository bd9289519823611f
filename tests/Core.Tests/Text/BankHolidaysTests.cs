using System.Globalization;
using KenshinOtp.Text;

namespace KenshinOtp.Core.Tests.Text;

public sealed class BankHolidaysTests
{
    [Theory]
    [InlineData("2026-01-12")] // 成人の日
    [InlineData("2026-03-20")] // 春分の日
    [InlineData("2026-05-06")] // 振替休日: 3 May is a Sunday, 4 and 5 May are holidays
    [InlineData("2026-09-21")] // 敬老の日
    [InlineData("2026-09-22")] // 国民の休日 between two
    [InlineData("2026-09-23")] // 秋分の日
    [InlineData("2027-03-22")] // 振替休日 of 21 March
    [InlineData("2028-03-20")]
    [InlineData("2030-09-23")]
    [InlineData("2032-09-21")] // 国民の休日
    public void A_national_holiday_is_known_by_its_rule(string day) => BankHolidays.IsHoliday(Day(day)).ShouldBeTrue();

    [Theory]
    [InlineData("2026-12-31", false)]
    [InlineData("2027-01-01", false)]
    [InlineData("2027-01-04", true)]
    [InlineData("2026-11-22", false)]
    [InlineData("2026-11-23", false)]
    [InlineData("2026-11-24", true)]
    [InlineData("2026-05-07", true)]
    public void Banks_work_on_business_days(string day, bool works) => BankHolidays.IsBusinessDay(Day(day)).ShouldBe(works);

    [Theory]
    [InlineData(2024, 21)] // the holidays of the Cabinet Office's published table, the Saturdays and Sundays among them included
    [InlineData(2025, 19)]
    [InlineData(2026, 18)]
    public void A_year_has_as_many_holidays_as_were_published(int year, int count) =>
        Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Count(i => BankHolidays.IsHoliday(new DateOnly(year, 1, 1).AddDays(i))).ShouldBe(count);

    [Fact]
    public void What_is_drafted_on_a_holiday_lives_to_the_end_of_the_next_business_day()
    {
        var friday = new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.FromHours(9));

        Japan.EndOfBusinessDay(friday).ShouldBe(new(2026, 11, 21, 0, 0, 0, TimeSpan.FromHours(9)));
        Japan.EndOfBusinessDay(friday.AddDays(1)).ShouldBe(new(2026, 11, 25, 0, 0, 0, TimeSpan.FromHours(9)));
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
