using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages.Transfers;

/// <summary>振込, last screen, also reached from the list of recent transfers.</summary>
public sealed class ResultModel(OpenBank bank) : PageModel
{
    public Transfer Booked { get; private set; } = null!;

    public IActionResult OnGet(string number)
    {
        if (bank.Ledger.FindTransfer(bank.CustomerOf(User), number) is not { } transfer)
            return NotFound();
        Booked = transfer;
        return Page();
    }
}
