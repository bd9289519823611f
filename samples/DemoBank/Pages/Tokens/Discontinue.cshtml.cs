using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages.Tokens;

/// <summary>利用中止 on a page of the bank's own, which asks for the bank's own password as well. The centre has a hosted page for it.</summary>
public sealed class DiscontinueModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    private static readonly Explanation WrongPassword = new("ログインパスワードが違います", $"デモのパスワードは「{BankProfile.Password}」です。") { Field = "password" };

    protected override bool Exists => !Bank.Profile.IssuesByMail;

    public async Task<IActionResult> OnPost(string? password, string? otp, Guid? attempt, CancellationToken ct)
    {
        if (password != BankProfile.Password)
        {
            Refused = WrongPassword;
            return Page();
        }

        var outcome = await Bank.Centre.Discontinue(Customer.ServiceId, Customer.UserId, new(Typed(otp)), $"discontinue-{attempt ?? Attempt}", ct);
        if (!outcome.Succeeded(out var receipt, out var refusal))
        {
            Refused = Bank.Words.Refused(refusal);
            return Page();
        }

        Notice.Of("ワンタイムパスワードの利用を中止しました", receipt).Leave(TempData);
        return Redirect("~/");
    }
}
