using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.DemoBank.Startup;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>Asks the centre for a single-use link to a hosted page and sends the browser there at once.</summary>
public sealed class HostedModel(KenshinClient centre, DemoOptions demo) : PageModel
{
    public Explanation Refused { get; private set; } = Words.Rejection(reason: null, remainingAttempts: null);

    public IActionResult OnGet() => Redirect("/");

    public async Task<IActionResult> OnPost(string to, CancellationToken ct)
    {
        var customer = Customers.Of(User);
        var returnUrl = to == "manage" ? new Uri(demo.BankUrl, "manage") : demo.BankUrl;
        var opened = await centre.OpenHostedPage(new(customer.ServiceId, customer.UserId, to, returnUrl), ct);
        if (opened.Succeeded(out var link, out var refusal))
            return Redirect(link.Url.AbsoluteUri);
        Refused = Words.Refused(refusal);
        return Page();
    }
}
