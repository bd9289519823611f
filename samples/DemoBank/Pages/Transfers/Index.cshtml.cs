using System.Globalization;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages.Transfers;

/// <summary>振込, first screen: from where, to whom, how much.</summary>
public sealed class IndexModel(OpenBank bank) : PageModel
{
    public IReadOnlyList<Account> Accounts => bank.Ledger.AccountsOf(bank.CustomerOf(User));

    public long Limit => bank.Ledger.LimitOf(bank.CustomerOf(User));

    public string? From { get; private set; }

    public string? PayeeId { get; private set; }

    public string? Amount { get; private set; }

    /// <summary>The element id of a field → what to do about it.</summary>
    public IDictionary<string, string> Faults { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <param name="draft">The transfer that is to be put right: what was typed for it stays.</param>
    public void OnGet(string? draft)
    {
        if (draft is not null && bank.Ledger.FindDraft(bank.CustomerOf(User), draft) is { } known)
            (From, PayeeId, Amount) = (known.From.Number, known.Payee.Id, known.Amount.ToString(CultureInfo.InvariantCulture));
    }

    public IActionResult OnPost(string? from, string? payee, string? amount)
    {
        (From, PayeeId, Amount) = (from, payee, amount);
        var customer = bank.CustomerOf(User);
        var account = Accounts.FirstOrDefault(a => a.Number == from) ?? Accounts[0];
        var to = Ledger.Payees.FirstOrDefault(p => p.Id == payee);
        if (to is null)
            Faults["payee"] = "振込先を選んでください。";
        var yen = ReadAmount(amount);
        if (yen < 1 || yen > Limit)
            Faults["amount"] = $"金額は1円から{Words.Yen(Limit)}までの数字で入力してください。";
        else if (yen > account.Balance)
            Faults["amount"] = $"残高が足りません。{Words.Yen(account.Balance)}以内で入力してください。";
        return to is null || Faults.Count > 0
            ? Page()
            : Redirect($"~/transfer/{bank.Ledger.Prepare(customer, account, to, yen).Number}/confirm");
    }

    private static long ReadAmount(string? text)
    {
        var digits = HalfWidth.Fold(text ?? "").Replace(",", "", StringComparison.Ordinal).Trim();
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var yen) ? yen : 0;
    }
}
