using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages.Login;

/// <summary>The bank's own log-in: a stage door. Who chose so at the registration of the token is asked for a password next.</summary>
public sealed class IndexModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    public string UserId { get; private set; } = bank.Profile.Customers[0].UserId;

    public string? ReturnUrl { get; private set; }

    public bool Failed { get; private set; }

    public void OnGet(string? returnUrl) => ReturnUrl = returnUrl;

    public async Task<IActionResult> OnPost(string? userId, string? password, string? returnUrl, CancellationToken ct)
    {
        if (Bank.Profile.Find(userId) is not { } customer || password != BankProfile.Password)
        {
            (Failed, ReturnUrl, UserId) = (true, returnUrl, userId ?? UserId);
            return Page();
        }

        ReturnUrl = returnUrl;
        return Bank.Policy.AsksFor(PasswordModel.Transaction) ? await AskForPassword(customer, ct) : await Admit(customer);
    }

    /// <summary>Who has no token any more is let in without a password: how else could another one be registered?</summary>
    private async Task<IActionResult> AskForPassword(Customer customer, CancellationToken ct)
    {
        var found = await Bank.Centre.GetUser(customer.ServiceId, customer.UserId, ct);
        if (!found.Succeeded(out var user, out var refusal))
        {
            (Refused, UserId) = (Bank.Words.Refused(refusal), customer.UserId); // whether to ask is not known: nobody is let in
            return Page();
        }

        if (user is not { OtpAtLogin: true, Token.Status: not "revoked" })
            return await Admit(customer);
        TempData[PasswordModel.Knocking] = customer.UserId;
        return RedirectToPage("/Login/Password", new { ReturnUrl });
    }

    private async Task<IActionResult> Admit(Customer customer)
    {
        await HttpContext.Admit(Bank, customer);
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "~/");
    }
}
