using KenshinOtp.Activation;
using KenshinOtp.Contracts;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>認証確認: the first password that the app shows.</summary>
internal sealed class ConfirmModel(VisitorDesk desk, ConfirmTokenHandler confirm, PortalTexts texts) : OtpModel(desk, texts)
{
    /// <summary>Whether an administrator may lift what stands against the token; else the branch alone does.</summary>
    public bool AdministratorLifts { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        switch (Visitor.Status)
        {
            case TokenStatus.Issued when Visitor.View.NextStep == NextStep.Issue:
                return GoOn();
            case TokenStatus.Issued or TokenStatus.Activated:
                return Page();
            case TokenStatus.Locked or TokenStatus.Suspended:
                AdministratorLifts = await Desk.AdministratorLifts(Visitor.Subject, ct);
                return Page();
            default:
                return GoOn();
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (Visitor.Status != TokenStatus.Activated)
            return await OnGetAsync(ct);
        if (await TypedOtp(ct) is not { } otp)
            return Page();

        var visit = Visitor.Visit;
        var confirmed = await confirm.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, otp), ct);
        if (confirmed.Succeeded(out var receipt, out var problem))
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber));
        return Note(problem) ? Page() : LocalRedirect(PortalPaths.Confirm); // locked by this very password, or changed by somebody else
    }
}
