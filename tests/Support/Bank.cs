using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace KenshinOtp.Support;

/// <summary>An institution's internet banking, which calls the centre over HTTP with its API key.</summary>
public sealed class Bank(Centre centre, string code, string apiKey)
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(centre.Url, "/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", apiKey) } };

    public string Code => code;

    public string ApiKey => apiKey;

    public Centre Centre => centre;

    public Task<Reply> Get(string path) => Reply.Of(_http.GetAsync(new Uri(path, UriKind.Relative)));

    public Task<Reply> Put(string path, object body) => Reply.Of(_http.PutAsJsonAsync(path, body));

    public Task<Reply> Delete(string path) => Reply.Of(_http.DeleteAsync(new Uri(path, UriKind.Relative)));

    public Task<Reply> Post(string path, object? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body ?? new { }) };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return Reply.Of(_http.SendAsync(request));
    }

    /// <summary>Hands in a file of hardware tokens.</summary>
    public Task<Reply> Import(HttpContent file, string contentType, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "tokens/import") { Content = file };
        file.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return Reply.Of(_http.SendAsync(request));
    }

    /// <summary>Enters a contract and a user, and names the user from then on.</summary>
    public async Task<Customer> Customer(string serviceId = "S1000001", string userId = "yamada", string role = "administrator", string tokenMode = "individual")
    {
        var contract = await Put($"contracts/{serviceId}", new { name = "湖畔商店", tokenMode, branch = "001" });
        contract.Message.EnsureSuccessStatusCode();
        var user = await Put($"contracts/{serviceId}/users/{userId}", new { displayName = "山田 花子", role });
        user.Message.EnsureSuccessStatusCode();
        return new Customer(this, serviceId, userId);
    }

    /// <summary>A user, and a phone whose self-enrolled token the user has registered. The password that proved it is used up.</summary>
    public async Task<(Customer Customer, Phone Phone)> CustomerWithRegisteredToken(
        string serviceId = "S1000001", string userId = "yamada", string role = "administrator", string tokenMode = "individual")
    {
        var customer = await Customer(serviceId, userId, role, tokenMode);
        var phone = await EnrolledPhone();
        (await customer.Register(phone.Serial, await phone.Password())).Message.EnsureSuccessStatusCode();
        centre.Clock.Advance(TimeSpan.FromSeconds(30));
        return (customer, phone);
    }

    /// <summary>A phone with a token that nobody has registered.</summary>
    public async Task<Phone> EnrolledPhone()
    {
        var phone = centre.Phone();
        (await phone.Enroll(code)).Message.EnsureSuccessStatusCode();
        return phone;
    }

    /// <summary>A customer whose token is in use, and the phone that shows its passwords. The password that confirmed it is used up.</summary>
    public async Task<(Customer Customer, Phone Phone)> CustomerWithToken(string serviceId = "S1000001", string userId = "yamada", string role = "administrator")
    {
        var customer = await Customer(serviceId, userId, role);
        var phone = await customer.ActivatedPhone();
        var confirmed = await customer.Confirm(await phone.Password());
        confirmed.Message.EnsureSuccessStatusCode();
        centre.Clock.Advance(TimeSpan.FromSeconds(60));
        return (customer, phone);
    }
}

/// <summary>One user of one contract, through the eyes of the bank.</summary>
public sealed class Customer(Bank bank, string serviceId, string userId)
{
    public const string Pin = "4711";
    public const string Email = "taro..t.@docomo.ne.jp";

    public Bank Bank => bank;

    public string ServiceId => serviceId;

    public string UserId => userId;

    private string Path => $"contracts/{serviceId}/users/{userId}";

    public Task<Reply> Look() => bank.Get(Path);

    public Task<Reply> Issue(string email = Email, string pin = Pin) => bank.Post($"{Path}/token/issue", new { mobileEmail = email, activationPin = pin });

    public Task<Reply> Resend(string? email = null) => bank.Post($"{Path}/token/resend", new { mobileEmail = email });

    public Task<Reply> Confirm(string otp) => bank.Post($"{Path}/token/confirm", new { otp });

    public Task<Reply> Revoke(string? otp = null, string? actingUserId = null) => bank.Post($"{Path}/token/revoke", new { otp, actingUserId });

    public Task<Reply> Register(string serial, string otp, bool? otpAtLogin = null, string? actingUserId = null) =>
        bank.Post($"{Path}/token/register", new { serial, otp, otpAtLogin, actingUserId });

    public Task<Reply> Exchange(string currentOtp, string newSerial, string newOtp, string? actingUserId = null) =>
        bank.Post($"{Path}/token/exchange", new { currentOtp, newSerial, newOtp, actingUserId });

    public Task<Reply> Discontinue(string otp) => bank.Post($"{Path}/token/discontinue", new { otp });

    public Task<Reply> Resync(string otp1, string otp2) => bank.Post($"{Path}/token/resync", new { otp1, otp2 });

    public Task<Reply> Do(string action, string? actingUserId = null) => bank.Post($"{Path}/token/{action}", new { actingUserId, reason = "届出" });

    public Task<Reply> Verify(string otp, string transaction = "transfer", string? idempotencyKey = null) =>
        bank.Post("verifications", new { serviceId, userId, transaction, otp, reference = "R-1" }, idempotencyKey);

    /// <summary>Issues a token, reads the mail, and activates the app.</summary>
    public async Task<Phone> ActivatedPhone()
    {
        (await Issue()).Message.EnsureSuccessStatusCode();
        var phone = bank.Centre.Phone();
        (await phone.Activate(await DownloadCode(), serviceId, userId, Pin)).Message.EnsureSuccessStatusCode();
        return phone;
    }

    /// <summary>The code of the newest mail.</summary>
    public async Task<string> DownloadCode() => (await bank.Centre.DeliveredMails())[^1].Link!.Segments[^1];
}
