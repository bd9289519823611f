using System.Collections.Concurrent;
using KenshinOtp.Receipts;

namespace KenshinOtp.Core.Tests.Receipts;

public sealed class ReceiptNumbersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 20, 26, 0, TimeSpan.FromHours(9));

    [Fact]
    public void A_receipt_number_is_twelve_characters_that_can_be_read_aloud() =>
        new ReceiptNumbers().Next(Now).ShouldMatch("^[0-9A-HJKMNP-TV-Z]{12}$");

    [Fact]
    public void No_number_comes_twice_even_in_the_same_millisecond()
    {
        var numbers = new ReceiptNumbers();
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);

        Parallel.For(0, 20_000, _ => seen.TryAdd(numbers.Next(Now), true).ShouldBeTrue());
    }

    [Fact]
    public void Later_numbers_sort_behind_earlier_ones()
    {
        var numbers = new ReceiptNumbers();

        string.CompareOrdinal(numbers.Next(Now), numbers.Next(Now.AddMilliseconds(1))).ShouldBeLessThan(0);
    }
}
