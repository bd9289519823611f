using System.Net.Sockets;
using System.Text;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class SecretsTests : CentreTest
{
    [Fact]
    public async Task No_secret_is_in_any_log_at_any_level_nor_in_the_database_in_the_clear()
    {
        const string pin = "80517293";
        var bank = await Centre.Bank("9002", policy: [("digits", "8")]); // long enough not to stand anywhere by chance
        var customer = await bank.Customer();
        await customer.Issue(pin: pin);
        var code = await customer.DownloadCode();
        var phone = Centre.Phone();
        await phone.Get($"d/{code}");
        await phone.Activate(code, customer.ServiceId, customer.UserId, "19283746");
        await phone.Activate(code, customer.ServiceId, customer.UserId, pin);
        var (first, wrong) = (await phone.Password(), await phone.WrongPassword());
        await customer.Confirm(first);
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        var second = await phone.Password();
        await customer.Verify(second, idempotencyKey: "k-1");
        await customer.Verify(wrong);
        await customer.Verify(second, "login");
        Centre.Clock.Advance(TimeSpan.FromDays(715));
        await Centre.RunJob("expiry");
        var old = phone.Secret;
        await phone.Renew(await phone.Password());
        const string bankState = "7d1c5e0b93fa";
        var session = await bank.Post("portal-sessions", new { serviceId = customer.ServiceId, userId = customer.UserId, page = "manage", returnUrl = $"https://bank.example/?state={bankState}" }, "k-2");
        var link = new Uri(session["url"]!).Segments[^1];
        await phone.Get($"p/{link}");
        using (var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Centre.Url })
            (await browser.GetAsync($"portal/leave?visit={new AuditTrail(Centre).Ask("select id from portal_session")}")).Headers.Location!.Query.ShouldContain(bankState);
        await bank.Post("verifications", new { serviceId = customer.ServiceId, otp = 123 });
        foreach (var broken in new[] { $"GET //d/{code} HTTP/1.1\r\nHost: a\r\n\r\n", $"GET /d/{code}\r\n\r\n", $"GET / HTTP/1.1\r\nHost: a\r\nAuthorization Bearer {bank.ApiKey}\r\n\r\n" })
            await Send(broken);

        string[] secrets =
        [
            pin, "19283746", code, link, bank.ApiKey, first, second, wrong,
            .. Forms(old), .. Forms(phone.Secret), phone.Credential!["secret"]!,
        ];
        Centre.Log.Lines.Count(line => line.StartsWith("Debug Microsoft.AspNetCore.Routing", StringComparison.Ordinal)).ShouldBeGreaterThan(20, "the log must have been on");
        foreach (var secret in secrets.Append(bankState))
            Centre.Log.Lines.Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

        var rows = await Centre.Database.Contents();
        rows.Length.ShouldBeGreaterThan(10_000);
        foreach (var written in new[] { "verification.accepted", "token.renewed", "activation.refused", customer.ServiceId, phone.Serial, bank.Code })
            rows.ShouldContain(written, Case.Sensitive, "the rows must have been read");
        foreach (var secret in secrets)
            rows.ShouldNotContain(secret, Case.Insensitive);
        rows.ShouldNotContain(Encoding.Latin1.GetString(phone.Secret), Case.Sensitive);
    }

    /// <summary>Sends what no client would, and reads the answer.</summary>
    private async Task Send(string request)
    {
        using var wire = new TcpClient();
        await wire.ConnectAsync(Centre.Url.Host, Centre.Url.Port);
        await wire.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new byte[12];
        await wire.GetStream().ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldStartWith("HTTP/1.1 ");
    }

    private static string[] Forms(byte[] secret) => [Convert.ToHexString(secret), Convert.ToBase64String(secret).TrimEnd('=')];
}
