using KenshinOtp.Otp;
using KenshinOtp.Staff;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Support;

/// <summary>A member of staff with a password of the own choice and a token in use, through the eyes of Core.</summary>
public sealed class Clerk(Centre centre, string institution, string login, byte[] secret)
{
    public const string Password = "湖のほとりの古い桜並木";

    private static readonly Workplace Desk = new("127.0.0.1", "a browser at the branch");

    public string Institution => institution;

    public string Login => login;

    public byte[] Secret => secret;

    /// <summary>Adds a member of staff and goes through the first log-in.</summary>
    public static async Task<Clerk> Hire(Centre centre, string institution, string login, StaffRole role, string? branch = "001")
    {
        var added = await centre.Services.GetRequiredService<StaffAccounts>().Add(new(institution, login, $"職員 {login}", branch, role, Password: null), CancellationToken.None);
        var signIn = centre.Services.GetRequiredService<SignIn>();
        var sessions = centre.Services.GetRequiredService<StaffSessions>();
        var cookie = await signIn.Begin(institution, login, added.Value!.Password, Desk, CancellationToken.None);
        var visit = await sessions.Find(cookie.Value, CancellationToken.None);
        cookie = await signIn.ChangePassword(visit!, added.Value.Password, Password, CancellationToken.None);
        visit = await sessions.Find(cookie.Value, CancellationToken.None);
        var secret = (await signIn.SecretToEnroll(visit!, CancellationToken.None))!.Reveal().ToArray();
        var clerk = new Clerk(centre, institution, login, secret);
        visit = await sessions.Find(cookie.Value, CancellationToken.None);
        if (!(await signIn.Prove(visit!, clerk.Otp(), CancellationToken.None)).Succeeded(out _, out var problem))
            throw new InvalidOperationException(problem.Detail);
        clerk.Wait();
        return clerk;
    }

    /// <summary>The password that the person's token shows now.</summary>
    public string OneTimePassword() => Totp.Compute(secret, StaffToken.Algorithm, StaffToken.Digits, Totp.StepAt(centre.Now, StaffToken.Period));

    /// <summary>Logs in and is at work.</summary>
    public async Task<StaffVisit> Visit()
    {
        var signIn = centre.Services.GetRequiredService<SignIn>();
        var sessions = centre.Services.GetRequiredService<StaffSessions>();
        var half = await signIn.Begin(institution, login, Password, Desk, CancellationToken.None);
        var visit = await sessions.Find(half.Value, CancellationToken.None);
        var full = await signIn.Prove(visit!, Otp(), CancellationToken.None);
        Wait();
        return (await sessions.Find(full.Value, CancellationToken.None))!;
    }

    /// <summary>Until the token shows the next password.</summary>
    public void Wait() => centre.Clock.Advance(TimeSpan.FromSeconds(StaffToken.Period));

    private OtpCode Otp() => OtpCode.TryParse(OneTimePassword(), out var otp) ? otp : throw new InvalidOperationException("Not a password.");
}
