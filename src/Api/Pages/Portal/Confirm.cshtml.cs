using KenshinOtp.Activation;
using KenshinOtp.Contracts;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>認証確認: the first password that the app shows.</summary>
internal sealed class ConfirmModel(VisitorDesk desk, ConfirmTokenHandler confirm, PortalTexts texts) : OtpModel(desk, texts)
{
    public IActionResult OnGet() => Visitor.Status switch
    {
        TokenStatus.Issued when Visitor.View.NextStep == NextStep.Issue => GoOn(),
        TokenStatus.Issued or TokenStatus.Activated or TokenStatus.Locked or TokenStatus.Suspended => Page(),
        _ => GoOn(),
    };

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (Visitor.Status != TokenStatus.Activated)
            return OnGet();
        if (await TypedOtp(ct) is not { } otp)
            return Page();

        var visit = Visitor.Visit;
        var confirmed = await confirm.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, otp), ct);
        if (confirmed.Succeeded(out var receipt, out var problem))
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber));
        return Note(problem) ? Page() : LocalRedirect(PortalPaths.Confirm); // locked by this very password, or changed by somebody else
    }
}
