namespace KenshinOtp.Text;

/// <summary>
/// The days on which Japanese banks work: not on Saturdays, Sundays, national holidays and from 31 December to 3 January (銀行法施行令 第5条).
/// National holidays by the rules of 国民の祝日に関する法律 (Act No. 178 of 1948, as in force since 2022); the equinoxes by the approximation of the
/// 海上保安庁水路部, good for 1980–2099. A single year's exception, as in 2019–2021, is not foreseen.
/// </summary>
public static class BankHolidays
{
    private const int FirstYear = 2022, LastYear = 2099;

    /// <summary>Whether banks work on this day.</summary>
    public static bool IsBusinessDay(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsTurnOfYear(day) && !IsHoliday(day);

    /// <summary>The day itself if banks work on it, else the next one on which they do.</summary>
    public static DateOnly OnOrAfter(DateOnly day)
    {
        while (!IsBusinessDay(day))
            day = day.AddDays(1);
        return day;
    }

    /// <summary>Whether it is a national holiday, also a substitute for one on a Sunday (第3条第2項) or a day between two (第3項).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A year for which these rules do not stand.</exception>
    public static bool IsHoliday(DateOnly day)
    {
        if (day.Year is < FirstYear or > LastYear)
            throw new ArgumentOutOfRangeException(nameof(day), day, $"Holidays are known from {FirstYear} to {LastYear}.");
        return IsNamed(day) || IsSubstitute(day) || (IsNamed(day.AddDays(-1)) && IsNamed(day.AddDays(1)));
    }

    private static bool IsTurnOfYear(DateOnly day) => (day.Month, day.Day) is (12, 31) or (1, <= 3);

    private static bool IsSubstitute(DateOnly day)
    {
        for (var before = day.AddDays(-1); IsNamed(before); before = before.AddDays(-1))
        {
            if (before.DayOfWeek == DayOfWeek.Sunday)
                return true;
        }

        return false;
    }

    private static bool IsNamed(DateOnly day) => (day.Month, day.Day) switch
    {
        (1, 1) => true, // 元日
        (1, _) => IsMonday(day, 2), // 成人の日
        (2, 11) or (2, 23) => true, // 建国記念の日, 天皇誕生日
        (3, var d) => d == SpringEquinox(day.Year),
        (4, 29) => true, // 昭和の日
        (5, 3) or (5, 4) or (5, 5) => true, // 憲法記念日, みどりの日, こどもの日
        (7, _) => IsMonday(day, 3), // 海の日
        (8, 11) => true, // 山の日
        (9, var d) => IsMonday(day, 3) || d == AutumnEquinox(day.Year), // 敬老の日, 秋分の日
        (10, _) => IsMonday(day, 2), // スポーツの日
        (11, 3) or (11, 23) => true, // 文化の日, 勤労感謝の日
        _ => false,
    };

    private static bool IsMonday(DateOnly day, int nth) => day.DayOfWeek == DayOfWeek.Monday && ((day.Day - 1) / 7) + 1 == nth;

    private static int SpringEquinox(int year) => Equinox(20.8431, year);

    private static int AutumnEquinox(int year) => Equinox(23.2488, year);

    private static int Equinox(double at1980, int year) => (int)Math.Floor(at1980 + (0.242194 * (year - 1980))) - ((year - 1980) / 4);
}
