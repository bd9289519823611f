using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages.Login;

/// <summary>The log-in's second screen, for users who chose to be asked for a password here too.</summary>
public sealed class PasswordModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    public const string Transaction = "login";

    /// <summary>The key of the temporary data that says who has passed the first screen.</summary>
    public const string Knocking = "knocking";

    public Customer Person { get; private set; } = bank.Profile.Customers[0];

    public IActionResult OnGet() => Find() ? Page() : Redirect("~/login");

    public async Task<IActionResult> OnPost(string? otp, Guid? attempt, string? returnUrl, CancellationToken ct)
    {
        if (!Find())
            return Redirect("~/login");
        (var accepted, Refused) = await Verify(Person, Transaction, otp, Transaction, attempt, ct);
        if (accepted is not null && !Bank.Ledger.TryUse(accepted))
            Refused = Bank.Words.Rejection("otp_replayed", remainingAttempts: null); // an old form sent again: there is no telling by whom
        if (Refused is not null)
            return Page();
        TempData.Remove(Knocking);
        await HttpContext.Admit(Bank, Person);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "~/");
    }

    private bool Find()
    {
        if (Bank.Profile.Find(TempData.Peek(Knocking) as string) is not { } person)
            return false;
        Person = person;
        return true;
    }
}
