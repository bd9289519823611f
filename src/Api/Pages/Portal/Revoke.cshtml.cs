using KenshinOtp.Otp;
using KenshinOtp.Withdrawal;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>失効: says what will stop working and for whom, asks for a password where the policy does, and kills the token.</summary>
internal sealed class RevokeModel(VisitorDesk desk, RevokeTokenHandler revoke, PortalTexts texts) : OtpModel(desk, texts)
{
    public bool NeedsPassword => RevokeTokenHandler.NeedsPassword(Visitor.Subject, Visitor.Policy, Visitor.Now);

    /// <summary>How many users lose the token.</summary>
    public int Users { get; private set; }

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

        var visit = Visitor.Visit;
        var revoked = await revoke.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, otp, ActingUserId: null), ct);
        if (revoked.Succeeded(out var receipt, out var problem))
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber));
        return Note(problem) ? await Show(ct) : LocalRedirect(PortalPaths.Manage); // locked by this very password, or changed by somebody else
    }

    private async Task<IActionResult> Show(CancellationToken ct)
    {
        if (Visitor.Subject.LiveToken is null)
            return LocalRedirect(PortalPaths.Manage);
        Users = await Desk.UsersOfToken(Visitor, ct);
        return Page();
    }
}
