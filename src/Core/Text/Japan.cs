using System.Globalization;

namespace KenshinOtp.Text;

/// <summary>Japan Standard Time, UTC+9 without summer time, and how dates are written there.</summary>
public static class Japan
{
    private static readonly string[] DayForms = ["yyyy-MM-dd", "yyyy/M/d"];
    private static readonly TimeSpan Offset = TimeSpan.FromHours(9);

    // A later instant has no date there.
    private static readonly DateTimeOffset Last = DateTimeOffset.MaxValue - Offset;

    /// <summary><c>2026年11月21日</c></summary>
    public static string Date(DateTimeOffset instant) => Clock(instant).ToString("yyyy年M月d日", CultureInfo.InvariantCulture);

    /// <summary><c>2026年11月21日 20時26分</c></summary>
    public static string DateAndTime(DateTimeOffset instant) => Clock(instant).ToString("yyyy年M月d日 HH時mm分", CultureInfo.InvariantCulture);

    /// <summary><c>2026-11-21 20:26:05</c>, for tables that other programs read.</summary>
    public static string Sortable(DateTimeOffset instant) => Clock(instant).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The same of a limit: <c>2026-11-24 24:00:00</c> for the end of a day, by which nobody counts the next one.</summary>
    public static string SortableLimit(DateTimeOffset limit) => IsMidnight(limit) ? Sortable(limit.AddDays(-1))[..10] + " 24:00:00" : Sortable(limit);

    /// <summary>Reads a day as people and browsers write it, <c>2026-10-01</c> or <c>2026/10/1</c>: of 1900 to 9998, so that there are days before and after.</summary>
    public static bool TryParseDay(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text, DayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is >= 1900 and < 9999;

    /// <summary>The first instant of a day there.</summary>
    public static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Offset);

    /// <summary>The first instant of the day there in which the instant falls.</summary>
    public static DateTimeOffset Midnight(DateTimeOffset instant) => Midnight(DateOnly.FromDateTime(Clock(instant).Date));

    /// <summary>Whether it is the first instant of a day there: as a limit, the end of the day before.</summary>
    public static bool IsMidnight(DateTimeOffset instant) => Midnight(instant) == instant;

    /// <summary>The last second of the day there in which the instant falls.</summary>
    public static DateTimeOffset LastSecondOfDay(DateTimeOffset instant) => Midnight(instant).AddDays(1).AddSeconds(-1);

    /// <summary>The instant itself from 9 to 21 o'clock there, else the next 9 o'clock: when a phone may ring for what can wait.</summary>
    public static DateTimeOffset Waking(DateTimeOffset instant) => Clock(instant).Hour switch
    {
        < 9 => Midnight(instant).AddHours(9),
        >= 21 => Midnight(instant).AddDays(1).AddHours(9),
        _ => instant,
    };

    /// <summary>Midnight after the business day in which the instant falls, or after the next one if banks do not work on that day.</summary>
    public static DateTimeOffset EndOfBusinessDay(DateTimeOffset instant)
    {
        var day = BankHolidays.OnOrAfter(DateOnly.FromDateTime(Clock(instant).Date));
        return Midnight(day.AddDays(1));
    }

    /// <summary>The wall clock there, for screens in other languages.</summary>
    public static DateTimeOffset Clock(DateTimeOffset instant) => (instant < Last ? instant : Last).ToOffset(Offset);
}
