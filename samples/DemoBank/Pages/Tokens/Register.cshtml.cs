using KenshinOtp.DemoBank.Bank;
using Microsoft.AspNetCore.Mvc;
using SerialNumber = KenshinOtp.Tokens.SerialNumber;

namespace KenshinOtp.DemoBank.Pages.Tokens;

/// <summary>利用開始 on a page of the bank's own, for oneself or, as an administrator, for a colleague. The centre has a hosted page for it.</summary>
public sealed class RegisterModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    private static readonly Explanation NoChoice = new("ログイン時の認証を選んでください", "ログインでもワンタイムパスワードを入力するかどうかを選びます。あとから変えるときは、利用開始からやり直します。") { Field = "otp-at-login-yes" };

    /// <summary>Who will use the token.</summary>
    public Customer Subject { get; private set; } = bank.Profile.Customers[0];

    public bool IsOwn => Subject == Customer;

    /// <summary>Only the users themselves choose, and only where log-in may ask for a password.</summary>
    public bool AsksForChoice => IsOwn && Bank.Policy.AsksFor("login");

    public string? Serial { get; private set; }

    public string? OtpAtLogin { get; private set; }

    public IActionResult OnGet(string? userId) => Find(userId) ? Page() : NotFound();

    public async Task<IActionResult> OnPost(string? userId, string? serial, string? otp, string? otpAtLogin, Guid? attempt, CancellationToken ct)
    {
        if (!Find(userId))
            return NotFound();
        (Serial, OtpAtLogin) = (serial, otpAtLogin);
        if (AsksForChoice && otpAtLogin is not ("yes" or "no"))
        {
            Refused = NoChoice;
            return Page();
        }

        var outcome = await Bank.Centre.Register(
            Subject.ServiceId, Subject.UserId,
            new(SerialNumber.WithoutMarks(serial ?? ""), Typed(otp), AsksForChoice ? otpAtLogin == "yes" : null, IsOwn ? null : Customer.UserId), $"register-{attempt ?? Attempt}", ct);
        if (!outcome.Succeeded(out var receipt, out var refusal))
        {
            Refused = Bank.Words.Refused(refusal);
            return Page();
        }

        Notice.Of(IsOwn ? "ワンタイムパスワードの利用を開始しました" : $"{Subject.Name}様のトークンを登録しました", receipt).Leave(TempData);
        return Redirect(IsOwn ? "~/" : "~/manage");
    }

    private bool Find(string? userId)
    {
        if (Bank.Profile.IssuesByMail || Bank.Profile.Find(userId ?? Customer.UserId) is not { } subject)
            return false;
        Subject = subject;
        return IsOwn || (Customer.IsAdministrator && subject.Contract == Customer.Contract);
    }
}
