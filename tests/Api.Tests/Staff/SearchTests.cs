using KenshinOtp.Staff;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Tests.Staff;

public sealed class SearchTests : StaffTest
{
    [Theory]
    [InlineData("s1000")]
    [InlineData("Ｓ１０００００１")]
    [InlineData("yamad")]
    [InlineData("湖畔")]
    [InlineData("山田花子")]
    [InlineData("TARO..T")]
    [InlineData("@docomo")]
    public async Task A_contract_is_found_by_a_part_of_anything_a_customer_may_name(string text)
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var teller = await AtWork(StaffRole.Teller);

        (await Find(teller, text)).ShouldHaveSingleItem().UserId.ShouldBe(customer.UserId);
        var head = await AtWork(StaffRole.HeadOffice, branch: null);
        (await Find(head, text)).ShouldHaveSingleItem().UserId.ShouldBe(customer.UserId);
    }

    [Fact]
    public async Task By_serial_and_by_receipt_number_too()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var receipt = await customer.Do("suspend");
        var teller = await AtWork(StaffRole.Teller);

        (await Find(teller, phone.Serial[4..])).ShouldHaveSingleItem();
        (await Find(teller, receipt["receiptNumber"]!)).ShouldHaveSingleItem();
        (await Find(teller, receipt["receiptNumber"]![..8].ToLowerInvariant())).ShouldHaveSingleItem();
        (await Find(teller, "100%")).ShouldBeEmpty();
        (await Find(teller, "_")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_found_is_shown_in_the_state_that_counts_now()
    {
        await (await Bank.Customer()).Issue();
        var teller = await AtWork(StaffRole.Teller);
        (await Find(teller, "yamada")).ShouldHaveSingleItem().Status.ShouldBe(TokenStatus.Issued);

        Centre.Clock.Advance(TimeSpan.FromDays(732));

        (await Find(teller, "yamada")).ShouldHaveSingleItem().Status.ShouldBe(TokenStatus.Expired);
    }

    [Fact]
    public async Task Kana_and_width_make_no_difference()
    {
        await Bank.Put("contracts/S2", new { name = "ﾐｽﾞｳﾐ商会", tokenMode = "shared", branch = "001" });
        var teller = await AtWork(StaffRole.Teller);

        foreach (var text in new[] { "みずうみ", "ミズウミ", "ﾐｽﾞｳﾐ商", "みず うみ" })
            (await Find(teller, text)).ShouldHaveSingleItem().ServiceId.ShouldBe("S2");
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps()
    {
        for (var i = 0; i < 7; i++)
            await Bank.Customer($"S{i}", "u");
        var teller = await AtWork(StaffRole.Teller);

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Desk.Search(teller, "湖畔", cursor, limit: 3, CancellationToken.None);
            seen.AddRange(page.Items.Select(hit => hit.ServiceId));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        seen.ShouldBe(Enumerable.Range(0, 7).Select(i => $"S{i}"));
    }

    private async Task<IReadOnlyList<SearchHit>> Find(StaffVisit visit, string text) =>
        (await Desk.Search(visit, text, cursor: null, limit: 20, CancellationToken.None)).Items;
}
