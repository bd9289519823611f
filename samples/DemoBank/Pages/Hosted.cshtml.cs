using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Startup;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>Asks the centre for a single-use link to a hosted page and sends the browser there at once.</summary>
public sealed class HostedModel(OpenBank bank, DemoOptions demo) : PageModel
{
    /// <summary>The key of the temporary data that says which hosted page was opened last.</summary>
    public const string Opened = "opened";

    public Explanation Refused { get; private set; } = bank.Words.Rejection(reason: null, remainingAttempts: null);

    public IActionResult OnGet() => Redirect("~/");

    public async Task<IActionResult> OnPost(string to, CancellationToken ct)
    {
        var customer = bank.CustomerOf(User);
        var back = to is "issue" or "confirm" or "register" ? "" : "manage";
        var returnUrl = new Uri(demo.BankUrl, $"{bank.Profile.Slug}/{back}");
        var opened = await bank.Centre.OpenHostedPage(new(customer.ServiceId, customer.UserId, to, returnUrl), ct);
        if (opened.Succeeded(out var link, out var refusal))
        {
            TempData[Opened] = link.Id;
            return Redirect(link.Url.AbsoluteUri);
        }

        Refused = bank.Words.Refused(refusal);
        return Page();
    }
}
