using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;
using SerialNumber = KenshinOtp.Tokens.SerialNumber;

namespace KenshinOtp.DemoBank.Pages.Tokens;

/// <summary>交換 on a page of the bank's own: both tokens at hand. The centre has a hosted page for it.</summary>
public sealed class ExchangeModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    protected override bool Exists => !Bank.Profile.IssuesByMail;

    public string? NewSerial { get; private set; }

    public async Task<IActionResult> OnPost(string? currentOtp, string? newSerial, string? newOtp, Guid? attempt, CancellationToken ct)
    {
        NewSerial = newSerial;
        var outcome = await Bank.Centre.Exchange(
            Customer.ServiceId, Customer.UserId, new(Typed(currentOtp), SerialNumber.WithoutMarks(newSerial ?? ""), Typed(newOtp)), $"exchange-{attempt ?? Attempt}", ct);
        if (!outcome.Succeeded(out var receipt, out var refusal))
        {
            var refused = Bank.Words.Refused(refusal);
            Refused = refused with { Field = refused.Field switch { "serial" => "newSerial", "otp" => "currentOtp", var field => field } };
            return Page();
        }

        Notice.Of("トークンを交換しました", receipt).Leave(TempData);
        return Redirect("~/manage");
    }
}
