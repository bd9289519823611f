using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages.Transfers;

/// <summary>振込, second screen: the password. The centre checks it for this one transfer, then the bank books.</summary>
public sealed class ConfirmModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    private static readonly Explanation NoFunds = new("残高が足りません", "振込金額を変えて、もう一度お試しください。パスワードは使用済みになりました。");

    public Draft? Draft { get; private set; }

    public IActionResult OnGet(string number) => Find(number) ?? Page();

    public async Task<IActionResult> OnPost(string number, string? otp, Guid? attempt, CancellationToken ct)
    {
        if (Find(number) is { } elsewhere)
            return elsewhere;
        Refused = await Transfer(Draft!, otp, attempt, ct);
        return Refused is null ? Redirect($"~/transfer/{number}") : Page();
    }

    /// <returns>Null once it is booked.</returns>
    private async Task<Explanation?> Transfer(Draft draft, string? otp, Guid? attempt, CancellationToken ct)
    {
        var (accepted, refused) = await Verify(draft.Customer, "transfer", otp, draft.Number, attempt, ct);
        if (accepted is null)
            return refused;
        return Bank.Ledger.Book(draft, accepted) ? null : NoFunds;
    }

    /// <returns>Where to go instead: the transfer is booked already, or was never prepared.</returns>
    private IActionResult? Find(string number)
    {
        Draft = Bank.Ledger.FindDraft(Customer, number);
        if (Draft is not null)
            return null;
        return Bank.Ledger.FindTransfer(Customer, number) is null ? Redirect("~/transfer") : Redirect($"~/transfer/{number}");
    }
}
