using KenshinOtp.Otp;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The second step of the first log-in: shows the secret of a token and asks for its first password.</summary>
internal sealed class EnrollModel(StaffDoor door, SignIn signIn, StaffTexts texts) : GateModel(door)
{
    private const int GroupLength = 4;

    /// <summary>What the QR code says (the key URI format that authenticator apps share).</summary>
    public string Uri { get; private set; } = "";

    /// <summary>The secret in Base32, in groups to be typed.</summary>
    public string Secret { get; private set; } = "";

    protected override string Step => StaffPaths.Enroll;

    public Task<IActionResult> OnGetAsync(CancellationToken ct) => Show(ct);

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (await TypedOtp(ct) is not { } otp)
        {
            Faults.Add(OtpStep.Field, texts["Otp_Malformed"]);
            return await Show(ct);
        }

        if ((await signIn.Prove(Visit, otp, ct)).Succeeded(out var cookie, out _))
            return await Admit(cookie, ct);
        if (await IsOver(ct))
            return GoOn(visit: null);
        Faults.Add(OtpStep.Field, texts["Otp_Wrong"]);
        return await Show(ct);
    }

    private async Task<IActionResult> Show(CancellationToken ct)
    {
        if (await signIn.SecretToEnroll(Visit, ct) is not { } secret)
            return LocalRedirect(Here); // another window offered one at the same moment
        var text = Base32.Encode(secret.Reveal());
        var issuer = System.Uri.EscapeDataString($"KenshinOtp {Visit.Institution.Code}");
        var account = System.Uri.EscapeDataString(Member.Login);
        Uri = $"otpauth://totp/{issuer}:{account}?secret={text}&issuer={issuer}&algorithm=SHA1&digits={StaffToken.Digits}&period={StaffToken.Period}";
        Secret = string.Join(' ', text.Chunk(GroupLength).Select(group => new string(group)));
        return Page();
    }
}
