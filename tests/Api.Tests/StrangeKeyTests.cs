using KenshinOtp.Institutions;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>API keys that open nothing, in great numbers.</summary>
public sealed class StrangeKeyTests : IAsyncLifetime
{
    private const int Limit = 5;

    private Centre _centre = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start(("RateLimits:PerAddressPerMinute", $"{Limit}"));
        _bank = await _centre.Bank();
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task Beyond_the_limit_of_their_address_they_are_refused_without_a_look_up()
    {
        await Flood();
        var trail = new AuditTrail(_centre);
        trail.Rename("api_key", "api_key_away");

        foreach (var path in new[] { "policy", "contracts/S1", "nothing" })
        {
            var refused = await Stranger().Get(path);
            refused.Code.ShouldBe(path == "nothing" ? 404 : 429);
            if (refused.Code == 429)
                (refused.Problem, refused.Message.Headers.RetryAfter is null).ShouldBe(("rate_limited", false));
        }

        trail.Rename("api_key_away", "api_key");
    }

    [Fact]
    public async Task A_key_that_is_known_here_is_none_of_them()
    {
        (await Task.WhenAll(Enumerable.Range(0, 4 * Limit).Select(_ => _bank.Get("policy")))).ShouldAllBe(reply => reply.Code == 200); // none of them known before
        var (customer, phone) = await _bank.CustomerWithToken();
        await Flood();

        (await _bank.Get("policy")).Code.ShouldBe(200);
        await _centre.Services.GetRequiredService<InstitutionDesk>().ChangePolicy("9001", [KeyValuePair.Create("lockAfter", "9")], CancellationToken.None);
        (await customer.Verify(await phone.Password()))["result"].ShouldBe("accepted"); // the change has the key read again
        (await _bank.Get("policy")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task A_key_that_was_revoked_becomes_one_of_them()
    {
        (await _bank.Get("policy")).Code.ShouldBe(200);
        InstitutionCode.TryParse("9001", out var code).ShouldBeTrue();
        await _centre.Services.GetRequiredService<ApiKeys>().Revoke(code, "bank", CancellationToken.None);
        (await _bank.Get("policy")).Code.ShouldBe(401);
        await Flood(Limit - 1);

        (await _bank.Get("policy")).Code.ShouldBe(429);
    }

    private Bank Stranger() => new(_centre, "9001", $"kotp_{Guid.CreateVersion7()}");

    private async Task Flood(int calls = Limit)
    {
        for (var i = 0; i < calls; i++)
            (await Stranger().Get("policy")).Code.ShouldBe(401);
    }
}
