using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The receipt of what was done, as it is printed and filed with the form.</summary>
internal sealed class ReceiptModel(StaffDoor door, ReceiptDesk receipts) : StaffModel(door)
{
    public StaffReceipt Receipt { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string number, CancellationToken ct)
    {
        if (await receipts.Find(Visit, number, ct) is not { } receipt)
            return NotFound();
        Receipt = receipt;
        return Page();
    }
}
