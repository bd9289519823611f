using KenshinOtp.Registration;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>時刻のずれの調整: two passwords in a row.</summary>
internal sealed class ResyncModel(VisitorDesk desk, ResyncTokenHandler resync, PortalTexts texts) : OtpModel(desk, texts)
{
    public const string FirstField = "Otp1", SecondField = "Otp2";

    public IActionResult OnGet() => Visitor.Status == TokenStatus.InUse ? Page() : LocalRedirect(PortalPaths.Manage);

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (Visitor.Status != TokenStatus.InUse)
            return OnGet();
        var first = await TypedDigits(FirstField, Prover, ct);
        var second = await TypedDigits(SecondField, Prover, ct);
        if (first is not null && first == second)
            Faults.Add(SecondField, Texts["Resync_Same"]);
        if (first is null || second is null || Faults.Any)
            return Page();

        var visit = Visitor.Visit;
        var resynchronized = await resync.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, Otp(first), Otp(second)), ct);
        if (resynchronized.Succeeded(out var receipt, out var problem))
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber));
        if (problem.Facts?.GetValueOrDefault("reason") is "otp_mismatch" && problem.Facts.GetValueOrDefault("remainingAttempts") is int left and > 0)
            Faults.Add(FirstField, Texts["Resync_Mismatch", left]);
        else if (!Note(problem, FirstField))
            return LocalRedirect(PortalPaths.Manage); // locked by these very passwords, or changed by somebody else
        return Page();
    }
}
