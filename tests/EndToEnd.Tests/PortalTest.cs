using KenshinOtp.Support;
using KenshinOtp.Support.Browser;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>A test of the hosted pages of a しんきん: serial numbers, real passwords, a real browser.</summary>
public abstract class PortalTest(Chromium chromium) : IAsyncLifetime
{
    protected static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    protected Centre Centre { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        Centre.Clock.Set(TimeProvider.System.GetUtcNow());
    }

    public async Task DisposeAsync() => await Centre.DisposeAsync();

    protected async Task<Phone> Phone(string institution)
    {
        var phone = Centre.Phone();
        (await phone.Enroll(institution)).Code.ShouldBe(201);
        return phone;
    }

    /// <summary>A user whose registered token is in use, at a step whose password is not used up.</summary>
    protected async Task<(Customer Customer, Phone Phone)> InUse(Bank bank, string institution, string userId = "yamada", string role = "administrator")
    {
        var customer = await bank.Customer(userId: userId, role: role);
        var phone = await Phone(institution);
        var registered = await bank.Post(
            $"contracts/{customer.ServiceId}/users/{userId}/token/register", new { serial = phone.Serial, otp = await phone.Password() });
        registered.Code.ShouldBe(200);
        Centre.Clock.Advance(2 * Step);
        return (customer, phone);
    }

    protected async Task<Visit> Open(Bank bank, string userId, string page)
    {
        var link = await bank.Post("portal-sessions", new { serviceId = "S1000001", userId, page, returnUrl = "https://bank.example/" });
        var visit = await chromium.OpenDesk(Centre.Url);
        await visit.Page.GotoAsync(link["url"]!);
        return visit;
    }
}
