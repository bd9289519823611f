using System.Globalization;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>利用限度額の変更</summary>
public sealed class LimitModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    private const string Transaction = "limitChange";

    private static readonly Explanation NoAmount = new("限度額をお確かめください", $"1円から{Words.Yen(Ledger.MaxAmount)}までの数字で入力してください。") { Field = "amount" };

    protected override bool Exists => Bank.Policy.AsksFor(Transaction);

    public long Current => Bank.Ledger.LimitOf(Customer);

    public string? Amount { get; private set; }

    public async Task<IActionResult> OnPost(string? amount, string? otp, Guid? attempt, CancellationToken ct)
    {
        Amount = amount;
        var digits = HalfWidth.Fold(amount ?? "").Replace(",", "", StringComparison.Ordinal).Trim();
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var yen) || yen is < 1 or > Ledger.MaxAmount)
        {
            Refused = NoAmount;
            return Page();
        }

        (var accepted, Refused) = await Verify(Customer, Transaction, otp, string.Create(CultureInfo.InvariantCulture, $"{Transaction}-{yen}"), attempt, ct);
        if (accepted is null)
            return Page();
        Bank.Ledger.ChangeLimit(Customer, yen, accepted);
        new Notice($"振込の限度額を{Words.Yen(yen)}に変更しました", [new("accepted-at", "受付時刻", Japan.DateAndTime(accepted.VerifiedAt), IsCode: false)]).Leave(TempData);
        return Redirect("~/");
    }
}
