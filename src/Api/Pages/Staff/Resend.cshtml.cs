using KenshinOtp.Outbox;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>再送: a mail that did not arrive goes out again, perhaps to a corrected address.</summary>
internal sealed class ResendModel(StaffDoor door, StaffDesk desk, PaperResend resend, StaffWorkTexts words) : StaffModel(door)
{
    public DeliveredMail Mail { get; private set; } = null!;

    /// <summary>The address as typed.</summary>
    public string Address { get; private set; } = "";

    public PaperForm Form { get; private set; } = PaperForm.Empty;

    public string? Refusal { get; private set; }

    protected override StaffAction? Needs => StaffAction.Resend;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken ct)
    {
        if (!await Look(id, ct))
            return NotFound();
        Address = Mail.To;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id, CancellationToken ct)
    {
        if (!await Look(id, ct))
            return NotFound();
        Address = await Typed("mobileEmail", ct);
        Form = await PaperForm.Read(Request, ct);
        if (!MobileEmail.TryParse(Tidy(Address), out var email))
            Faults.Add("mobileEmail", words["Resend_AddressInvalid"]);
        var paper = Form.Check(Faults, words);
        if (Faults.Any || paper is null)
            return Page();

        var sent = await resend.Handle(Visit, id, email, paper, ct);
        if (sent.Succeeded(out var receipt, out var problem))
            return LocalRedirect(StaffPaths.Receipt(receipt.ReceiptNumber));
        if (problem.Kind is ProblemKind.NotFound or ProblemKind.Forbidden || !await Look(id, ct))
            return NotFound();
        Refusal = words.Refusal(problem);
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }

    private async Task<bool> Look(string id, CancellationToken ct)
    {
        if (await desk.Delivery(Visit, id, ct) is not { UserId: not null } mail)
            return false;
        Mail = mail;
        Refusal = mail.Resendable ? null : words["Refusal_NotResendable"];
        return true;
    }
}
