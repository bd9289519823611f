namespace KenshinOtp.Api.Tests;

public sealed class EventTests : CentreTest
{
    [Fact]
    public async Task A_relying_party_reads_what_happened_in_order_and_misses_nothing()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        await customer.Verify(await phone.Password(), "login");

        var first = await Bank.Get("events?limit=2");
        Types(first).ShouldBe(["token.issued", "token.activated"]);
        first.Json.GetProperty("items")[0].GetProperty("data").GetProperty("userId").GetString().ShouldBe(customer.UserId);
        var second = await Bank.Get($"events?after={first["nextCursor"]}");
        Types(second).ShouldBe(["token.confirmed", "phishing.suspected"]);

        var nothing = await Bank.Get($"events?after={second["nextCursor"]}");
        Types(nothing).ShouldBeEmpty();
        nothing["nextCursor"].ShouldBe("4");
        await customer.Revoke(await phone.Password());
        Types(await Bank.Get($"events?after={nothing["nextCursor"]}")).ShouldBe(["token.revoked"]);
    }

    [Fact]
    public async Task Readers_at_once_number_every_event_once()
    {
        for (var i = 0; i < 10; i++)
            await (await Bank.Customer("S1", $"u{i}")).Issue();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Bank.Get("events")));

        (await Bank.Get("events")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString())
            .ShouldBe(Enumerable.Range(1, 10).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Another_institution_reads_its_own_events_only()
    {
        await Bank.CustomerWithToken();
        var other = await Centre.Bank("9002");

        Types(await other.Get("events")).ShouldBeEmpty();
        (await other.Get("events?after=x&limit=0")).Json.GetProperty("errors").EnumerateObject().Count().ShouldBe(2);
    }

    private static IEnumerable<string?> Types(Support.Reply reply) =>
        reply.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("type").GetString());
}
