using KenshinOtp.Receipts;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page about the visitor's token, or with <c>?user=</c> about another user's: administrators only, for anybody else there is no such page.</summary>
internal abstract class TargetModel(VisitorDesk desk, PortalTexts texts) : OtpModel(desk, texts)
{
    public Target Target { get; private set; } = null!;

    protected override async Task<IActionResult?> Prepare(CancellationToken ct)
    {
        if (await Desk.Target(Visitor, Request.Query["user"], ct) is not { } target)
            return NotFound();
        Target = target;
        return null;
    }

    /// <summary>Back to where this user's token is seen: what the page does is not to be done now.</summary>
    protected LocalRedirectResult Leave() => LocalRedirect(Target.IsOther ? PortalPaths.Users : PortalPaths.Manage);

    protected LocalRedirectResult ToResult(Receipt receipt) =>
        LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber, Target.IsOther ? Target.UserId.Value : null));
}
