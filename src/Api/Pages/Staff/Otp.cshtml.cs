using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The second step: a one-time password.</summary>
internal sealed class OtpModel(StaffDoor door, SignIn signIn, StaffTexts texts) : GateModel(door)
{
    protected override string Step => StaffPaths.Otp;

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (await TypedOtp(ct) is not { } otp)
        {
            Faults.Add(OtpStep.Field, texts["Otp_Malformed"]);
            return Page();
        }

        if ((await signIn.Prove(Visit, otp, ct)).Succeeded(out var cookie, out _))
            return await Admit(cookie, ct);
        if (await IsOver(ct))
            return GoOn(visit: null);
        Faults.Add(OtpStep.Field, texts["Otp_Wrong"]);
        return Page();
    }
}
