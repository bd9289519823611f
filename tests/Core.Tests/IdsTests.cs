using KenshinOtp.Data;

namespace KenshinOtp.Core.Tests;

public sealed class IdsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 20, 26, 0, TimeSpan.FromHours(9));

    [Fact]
    public void Ids_are_UUIDs_of_version_7_and_sort_in_the_order_they_were_made()
    {
        var ids = Enumerable.Range(0, 10_000).Select(i => Ids.New(Now.AddMilliseconds(i / 7000))).ToList();

        ids.ShouldAllBe(id => Guid.ParseExact(id, "N").Version == 7 && Guid.ParseExact(id, "N").Variant >= 8);
        ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(ids.Count);
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void They_keep_their_order_when_clocks_disagree()
    {
        var ids = Enumerable.Range(0, 1000).Select(i => Ids.New(Now.AddMilliseconds(i % 3 * -1000))).ToList();

        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }
}
