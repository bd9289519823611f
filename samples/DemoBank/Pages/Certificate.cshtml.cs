using KenshinOtp.DemoBank.Bank;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>電子証明書の取得・更新: no certificate is made, but the password is a real one.</summary>
public sealed class CertificateModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    private const string Transaction = "certificate";

    protected override bool Exists => Bank.Policy.AsksFor(Transaction);

    public Certificate? Held => Bank.Ledger.CertificateOf(Customer);

    public string Verb => Held is null ? "取得" : "更新";

    public async Task<IActionResult> OnPost(string? otp, Guid? attempt, CancellationToken ct)
    {
        var verb = Verb;
        (var accepted, Refused) = await Verify(Customer, Transaction, otp, Transaction, attempt, ct);
        if (accepted is null)
            return Page();
        Bank.Ledger.Certify(Customer, accepted);
        new Notice($"電子証明書を{verb}しました", [new("accepted-at", "受付時刻", Japan.DateAndTime(accepted.VerifiedAt), IsCode: false)]).Leave(TempData);
        return Redirect("~/certificate");
    }
}
