using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>Whoever leaves the bank leaves the centre's hosted page with it: it may still be open behind the back button, or in another tab.</summary>
public sealed class LogoutModel(OpenBank bank) : PageModel
{
    public IActionResult OnGet() => Redirect("~/");

    public async Task<IActionResult> OnPost(CancellationToken ct)
    {
        await HttpContext.SignOutAsync();
        if (TempData[HostedModel.Opened] is string id)
            await bank.Centre.CloseHostedPage(id, ct); // a refusal holds nobody up: the page ends by itself in half an hour
        return Redirect("~/login");
    }
}
