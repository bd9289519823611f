using System.Text.Json;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>Whether events are what the document says of their type.</summary>
public sealed class OpenApiEventTests : CentreTest
{
    private const double Day = 24 * 60;

    [Fact]
    public async Task Every_event_has_the_data_that_the_document_says_of_its_type()
    {
        await LiveThroughMails();
        var other = await Centre.Bank("9002", "shinkin-personal");
        await LiveThroughSerials(other);
        var document = await ApiDocument.Of(Centre);
        var events = new List<JsonElement>();
        foreach (var bank in new[] { Bank, other })
            events.AddRange((await bank.Get("events?limit=1000")).Json.GetProperty("items").EnumerateArray());

        foreach (var one in events)
            document.Faults(one, document.Schema("EventView")).ShouldBeEmpty(one.ToString());
        var types = document.Schema("EventView").GetProperty("discriminator").GetProperty("mapping").EnumerateObject().Select(pair => pair.Name).ToList();
        types.Count.ShouldBe(18);
        events.Select(one => one.GetProperty("type").GetString()).Distinct().ShouldBe(types.Where(type => type != "mail.failed"), ignoreOrder: true); // no server refuses here
    }

    [Fact]
    public async Task A_page_of_events_is_a_list_of_them()
    {
        await (await Bank.Customer()).Issue();
        var document = await ApiDocument.Of(Centre);

        document.Schema("EventPage").GetProperty("properties").GetProperty("items").GetProperty("items").GetProperty("$ref").GetString().ShouldBe("#/components/schemas/EventView");
        document.Faults((await Bank.Get("events")).Json, document.Schema("EventPage")).ShouldBeEmpty();
    }

    private async Task LiveThroughMails()
    {
        await Bank.Customer(userId: "boss");
        var (customer, phone) = await Bank.CustomerWithToken(role: "general");
        await customer.Verify(await phone.Password(), "login");
        await customer.Do("suspend");
        await customer.Do("resume", "boss");
        for (var i = 0; i < 10; i++)
            await customer.Verify(await phone.WrongPassword());
        await customer.Do("unlock", "boss");
        Wait(701 * Day);
        await Centre.RunJob("expiry");
        await phone.Renew(await phone.Password());
        Wait(minutes: 1);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted");
        Wait(731 * Day);
        await Centre.RunJob("expiry");
        (await customer.Revoke()).Code.ShouldBe(200);
        Wait(31 * Day);
        await Centre.RunJob("grace");
        await Bank.Delete($"contracts/{customer.ServiceId}");
    }

    private async Task LiveThroughSerials(Bank bank)
    {
        var (customer, phone) = await bank.CustomerWithRegisteredToken();
        var next = await bank.EnrolledPhone();
        (await customer.Exchange(await phone.Password(), next.Serial, await next.Password())).Code.ShouldBe(200);
        Wait(minutes: 1);
        (await customer.Discontinue(await next.Password())).Code.ShouldBe(200);
    }
}
