using KenshinOtp.Contracts;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using KenshinOtp.Receipts;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>After トークン発行: what to type into the app, how the mail fares, and sending it again.</summary>
internal sealed class IssuedModel(VisitorDesk desk, ResendMailHandler resend, TypedAddress typedAddress, PortalTexts texts) : PortalModel(desk)
{
    public const string EmailField = "ResendEmail";

    /// <summary>The new address as it was typed.</summary>
    public string Email { get; private set; } = "";

    public MailIssuance Issuance => Visitor.Issuance!;

    /// <summary>Where the mail goes: whole for the session that typed it, else masked; null once it was erased.</summary>
    public string? MailTo => Issuance.MobileEmail is { } email ? typedAddress.Shown(HttpContext, Visitor.Visit, email) : null;

    public MailProgress Mail => Issuance.Progress(Visitor.Now);

    public UserContact Ids { get; private set; } = null!;

    /// <summary>The slip of the request that led here, if one did.</summary>
    public StoredReceipt? Receipt { get; private set; }

    public bool Resent => Receipt?.Action is "mail.requeued" && !Faults.Any;

    public async Task<IActionResult> OnGetAsync(string? receipt, CancellationToken ct) => await Show(receipt, ct);

    public async Task<IActionResult> OnPostAsync(string? receipt, CancellationToken ct)
    {
        Email = await Typed(EmailField, ct);
        MobileEmail? corrected = null;
        if (Tidy(Email) is { Length: > 0 } typed)
        {
            if (MobileEmail.TryParse(typed, out var email))
                corrected = email;
            else
                Faults.Add(EmailField, EmailFaults.Of(typed, texts));
        }

        if (Faults.Any)
            return await Show(receipt, ct);
        var visit = Visitor.Visit;
        var resent = await resend.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, corrected), ct);
        if (!resent.Succeeded(out var slip, out _))
            return LocalRedirect(PortalPaths.Manage); // the token has moved on, and the mail would be of no use
        if (corrected is { } address)
            typedAddress.Keep(HttpContext, visit, address);
        return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Issued, slip.ReceiptNumber));
    }

    private async Task<IActionResult> Show(string? receipt, CancellationToken ct)
    {
        if (Visitor is not { Status: TokenStatus.Issued or TokenStatus.Activated, Issuance: { } issuance, View.NextStep: not NextStep.Issue })
            return GoOn();
        Receipt = await Desk.Receipt(Visitor, Visitor.Visit.UserId, receipt, ct);
        if (receipt is not null && Receipt is null)
            return NotFound();
        Ids = await Desk.IdsForApp(issuance, ct);
        return Page();
    }
}
