using KenshinOtp.Otp;
using KenshinOtp.Verification;
using KenshinOtp.Withdrawal;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>失効: says what will stop working and for whom, asks for a password where the policy does, and kills the token.</summary>
internal sealed class RevokeModel(VisitorDesk desk, RevokeTokenHandler revoke, PortalTexts texts) : TargetModel(desk, texts)
{
    /// <summary>Whether the visitor proves to be who acts; an administrator does so with the own token.</summary>
    public bool NeedsPassword => Proof.IsNeeded(Visitor.Subject, Visitor.Caller, Visitor.Now);

    /// <summary>How many users lose the token.</summary>
    public int Users { get; private set; }

    /// <summary>The sentence that says what stops working, and for whom.</summary>
    public string Says => Users > 1
        ? Texts["Revoke_WarnBodyShared", Users]
        : Texts["Revoke_WarnBody", Target.Subject.User.DisplayName, Target.Subject.User.UserId.Value];

    /// <summary>The sentence that says how to get back.</summary>
    public string Back => !Visitor.ByMail ? Texts["Revoke_BackRegister"]
        : Visitor.Policy.ReissueCooldownMinutes is > 0 and var minutes ? Texts["Revoke_BackAfter", minutes]
        : Texts["Revoke_BackIssue"];

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => await Show(ct);

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        OtpCode? otp = null;
        if (NeedsPassword)
        {
            otp = await TypedOtp(ct);
            if (otp is null)
                return await Show(ct);
        }

        var revoked = await revoke.Handle(new(Visitor.Caller, Visitor.Visit.ServiceId, Target.UserId, otp, Target.ActingUserId), ct);
        if (revoked.Succeeded(out var receipt, out var problem))
            return ToResult(receipt);
        return Note(problem) ? await Show(ct) : Leave(); // locked by this very password, or changed by somebody else
    }

    private async Task<IActionResult> Show(CancellationToken ct)
    {
        if (Target.Subject.LiveToken is null || Visitor.IsForBranch)
            return Leave();
        Users = (await Desk.Sharers(Target.Subject, ct)).Count;
        return Page();
    }
}
