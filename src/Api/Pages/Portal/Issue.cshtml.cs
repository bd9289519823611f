using KenshinOtp.Contracts;
using KenshinOtp.Issuance;
using KenshinOtp.Outbox;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>トークン発行: the mobile address and the PIN of the user's choice.</summary>
internal sealed class IssueModel(VisitorDesk desk, IssueTokenHandler issue, TypedAddress typedAddress, PortalTexts texts) : PortalModel(desk)
{
    public const string EmailField = "MobileEmail", PinField = "ActivationPin";

    /// <summary>The address as it was typed.</summary>
    public string Email { get; private set; } = "";

    /// <summary>From when a token can be issued, while the cooling time of the last one runs.</summary>
    public DateTimeOffset? AvailableAt { get; private set; }

    /// <summary>Whether an earlier issuance ended in too many wrong activations.</summary>
    public bool Void => Visitor.Issuance?.VoidedAt is not null && Visitor.Subject.LiveToken is not null;

    public IActionResult OnGet()
    {
        if (Visitor.View.NextStep != NextStep.Issue)
            return GoOn();
        AvailableAt = Visitor.CoolingUntil;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (Visitor.View.NextStep != NextStep.Issue)
            return GoOn();
        Email = await Typed(EmailField, ct);
        var typed = Tidy(Email);
        if (!MobileEmail.TryParse(typed, out var email))
            Faults.Add(EmailField, EmailFaults.Of(typed, texts));
        if (!ActivationPin.TryParse(Tidy(await Typed(PinField, ct)), out var pin))
            Faults.Add(PinField, texts["Issue_PinInvalid", ActivationPin.MinDigits, ActivationPin.MaxDigits]);
        if (Faults.Any)
            return Page();

        var visit = Visitor.Visit;
        var issued = await issue.Handle(new(Visitor.Caller, visit.ServiceId, visit.UserId, email, pin), ct);
        if (issued.Succeeded(out var receipt, out var problem))
        {
            typedAddress.Keep(HttpContext, visit, email);
            return LocalRedirect(PortalPaths.WithReceipt(PortalPaths.Issued, receipt.ReceiptNumber));
        }

        if (problem.Facts?.GetValueOrDefault("availableAt") is not DateTimeOffset availableAt)
            return LocalRedirect(PortalPaths.Manage); // somebody else changed the token meanwhile
        AvailableAt = availableAt;
        return Page();
    }
}
