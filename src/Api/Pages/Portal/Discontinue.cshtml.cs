using KenshinOtp.Contracts;
using KenshinOtp.Withdrawal;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>利用中止: says what stops working, for whom and how to get back, and asks for a password.</summary>
internal sealed class DiscontinueModel(VisitorDesk desk, DiscontinueTokenHandler discontinue, PortalTexts texts) : OtpModel(desk, texts)
{
    /// <summary>The users who lose the token: where the whole contract shares it all of them, else the visitor alone.</summary>
    public IReadOnlyList<User> Losers { get; private set; } = [];

    /// <summary>The users who keep it.</summary>
    public IReadOnlyList<User> Keepers { get; private set; } = [];

    private bool MayDiscontinue => Ways.MayExchange(Visitor, Visitor.Status);

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => MayDiscontinue ? await Show(ct) : LocalRedirect(PortalPaths.Manage);

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!MayDiscontinue)
            return LocalRedirect(PortalPaths.Manage);
        if (await TypedOtp(ct) is not { } otp)
            return await Show(ct);

        var visit = Visitor.Visit;
        var discontinued = await discontinue.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, otp), ct);
        if (discontinued.Succeeded(out var receipt, out var problem))
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Result, receipt.ReceiptNumber));
        return Note(problem) ? await Show(ct) : LocalRedirect(PortalPaths.Manage); // locked by this very password, or changed by somebody else
    }

    private async Task<IActionResult> Show(CancellationToken ct)
    {
        var users = await Desk.Sharers(Visitor.Subject, ct);
        var staying = Visitor.Subject.Contract.TokenMode == TokenMode.Grouped;
        Losers = staying ? [Visitor.Subject.User] : users;
        Keepers = staying ? [.. users.Where(user => user.Id != Visitor.Subject.User.Id)] : [];
        return Page();
    }
}
