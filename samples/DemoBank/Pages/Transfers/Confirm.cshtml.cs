using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages.Transfers;

/// <summary>振込, second screen: the password. The centre checks it for this one transfer, then the bank books.</summary>
public sealed class ConfirmModel(KenshinClient centre, Ledger ledger, TimeProvider time) : PageModel
{
    private static readonly Explanation NoFunds = new("残高が足りません", "振込金額を変えて、もう一度お試しください。パスワードは使用済みになりました。");
    private static readonly Explanation NoPassword = new("ワンタイムパスワードを入力してください", "トークンアプリに表示されている数字6桁です。");

    public Draft? Draft { get; private set; }

    public Explanation? Refused { get; private set; }

    /// <summary>Names one showing of the form: sent twice by an impatient finger, it is one attempt at the centre.</summary>
    public Guid Attempt { get; private set; }

    public IActionResult OnGet(string number) => Find(number) ?? Page();

    public async Task<IActionResult> OnPost(string number, string? otp, Guid? attempt, CancellationToken ct)
    {
        if (Find(number) is { } elsewhere)
            return elsewhere;
        var typed = (otp ?? "").Replace(" ", "", StringComparison.Ordinal).Trim();
        Refused = typed.Length == 0 ? NoPassword : await Transfer(Draft!, typed, attempt ?? Attempt, ct);
        return Refused is null ? Redirect($"/transfer/{number}") : Page();
    }

    /// <returns>Null once it is booked.</returns>
    private async Task<Explanation?> Transfer(Draft draft, string otp, Guid attempt, CancellationToken ct)
    {
        var request = new VerificationRequest(draft.Customer.ServiceId, draft.Customer.UserId, "transfer", otp, draft.Number);
        var outcome = await centre.Verify(request, $"{draft.Number}-{attempt}", ct);
        if (!outcome.Succeeded(out var verification, out var refusal))
            return Words.Refused(refusal);
        if (!verification.Accepted)
            return Words.Rejection(verification.Reason, verification.RemainingAttempts);
        return ledger.Book(draft, time.GetUtcNow(), verification.Serial, verification.VerificationId) ? null : NoFunds;
    }

    /// <returns>Where to go instead: the transfer is booked already, or was never prepared.</returns>
    private IActionResult? Find(string number)
    {
        var customer = Customers.Of(User);
        Attempt = Guid.CreateVersion7(time.GetUtcNow());
        Draft = ledger.FindDraft(customer, number);
        if (Draft is not null)
            return null;
        return ledger.FindTransfer(customer, number) is null ? Redirect("/transfer") : Redirect($"/transfer/{number}");
    }
}
