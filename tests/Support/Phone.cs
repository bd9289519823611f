using System.Net.Http.Json;
using KenshinOtp.Support.Oath;

namespace KenshinOtp.Support;

/// <summary>A phone with a token app that asks for its secret unsealed and computes passwords with <c>oathtool</c>.</summary>
public sealed class Phone(Centre centre)
{
    /// <summary>The key of a device, where what is sealed for it is not to be opened.</summary>
    public static readonly object PublicKey =
        new { kty = "EC", crv = "P-256", x = "cArGPT2z1h_Jw1bXm6gp_cmyNKawU3nix2oQPqb8iAA", y = "OWcl8l2VdzTfXrBvckUn-E3ZLXBfXJlrrTbPjvcuajI" };

    private readonly HttpClient _http = new() { BaseAddress = centre.Url };

    public byte[] Secret { get; private set; } = [];

    public Reply? Credential { get; private set; }

    public string Serial => Credential!["serial"]!;

    public Task<Reply> Activate(string code, string serviceId, string userId, string pin, object? devicePublicKey = null) =>
        Keep(Post("app/v1/activations", new { downloadCode = code, serviceId, userId, activationPin = pin, devicePublicKey }));

    /// <summary>The app's first start: it makes a token of its own.</summary>
    public Task<Reply> Enroll(string institution, object? devicePublicKey = null) =>
        Keep(Post("app/v1/enrollments", new { institution, devicePublicKey }));

    public Task<Reply> Renew(string otp, string? serial = null, object? devicePublicKey = null) =>
        Keep(Post("app/v1/renewals", new { serial = serial ?? Serial, otp, devicePublicKey }));

    public Task<Reply> Post(string path, object body) => Reply.Of(_http.PostAsJsonAsync(path, body));

    public Task<Reply> Get(string path) => Reply.Of(_http.GetAsync(new Uri(path, UriKind.Relative)));

    /// <summary>The password shown now, or some steps before or after.</summary>
    public Task<string> Password(int stepsAhead = 0) => Password(Secret, stepsAhead);

    public Task<string> Password(byte[] secret, int stepsAhead = 0)
    {
        var period = int.Parse(Credential!["period"]!);
        return OathTool.Totp(
            secret, Credential["algorithm"]!, int.Parse(Credential["digits"]!), period, centre.Now.AddSeconds(stepsAhead * period), CancellationToken.None);
    }

    /// <summary>A password that is wrong in every step that could count.</summary>
    public async Task<string> WrongPassword()
    {
        var near = new HashSet<string>(StringComparer.Ordinal);
        for (var step = -3; step <= 3; step++)
            near.Add(await Password(step));
        return Enumerable.Range(73_194_600, 100).Select(n => $"{n}"[^near.First().Length..]).First(candidate => !near.Contains(candidate));
    }

    private async Task<Reply> Keep(Task<Reply> sending)
    {
        var reply = await sending;
        if (reply.Code is 200 or 201)
        {
            Credential = reply;
            Secret = reply["secret"] is { } secret ? Base32(secret) : [];
        }

        return reply;
    }

    /// <summary>The secret of a credential.</summary>
    public static byte[] Base32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
