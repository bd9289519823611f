using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.DemoBank.Pages.Manage;

/// <summary>事故設定, 事故解除, ロック解除 or 失効 of another user's token, said plainly before it is done.</summary>
public sealed class ActModel(OpenBank bank, TimeProvider time) : OtpPage(bank, time)
{
    public static IReadOnlyList<(string Id, string Text)> Reasons { get; } = [("lost", "紛失"), ("stolen", "盗難"), ("removed", "アプリの削除・端末の故障")];

    public TokenAction Action { get; private set; } = null!;

    public ContractUser Subject { get; private set; } = null!;

    /// <summary>The centre asks an administrator whose own token is in use, where the policy says so.</summary>
    public bool AsksForPassword { get; private set; }

    public async Task<IActionResult> OnGet(string userId, string act, CancellationToken ct) => await Find(userId, act, ct) ?? Page();

    public async Task<IActionResult> OnPost(string userId, string act, string? otp, string? reason, Guid? attempt, CancellationToken ct)
    {
        if (await Find(userId, act, ct) is { } elsewhere)
            return elsewhere;
        var outcome = await Do(Typed(otp), reason, $"{act}-{attempt ?? Attempt}", ct);
        if (!outcome.Succeeded(out var receipt, out var refusal))
        {
            Refused = Bank.Words.Refused(refusal);
            return Page();
        }

        Notice.Of($"{Subject.DisplayName}様のトークンの{Action.Done}", receipt).Leave(TempData);
        return Redirect("~/manage");
    }

    private Task<Outcome<Receipt>> Do(string otp, string? reason, string key, CancellationToken ct)
    {
        var (service, user, by) = (Subject.ServiceId, Subject.UserId, Customer.UserId);
        return Action.Id switch
        {
            "suspend" => Bank.Centre.Suspend(service, user, new(by, reason), key, ct),
            "resume" => Bank.Centre.Resume(service, user, new(by, Reason: null), key, ct),
            "unlock" => Bank.Centre.Unlock(service, user, new(by, Reason: null), key, ct),
            "revoke" => Bank.Centre.Revoke(service, user, new(AsksForPassword ? otp : null, by), key, ct),
            _ => throw new InvalidOperationException($"Nobody does '{Action.Id}'."),
        };
    }

    /// <returns>Where to go instead, if this is not for the administrator to do.</returns>
    private async Task<IActionResult?> Find(string userId, string act, CancellationToken ct)
    {
        var customer = Customer;
        if (!customer.IsAdministrator || userId == customer.UserId || TokenAction.Find(act) is not { } action)
            return NotFound();
        var found = await Bank.Centre.GetContract(customer.ServiceId, ct);
        if (!found.Succeeded(out var contract, out _) || contract.Users.FirstOrDefault(user => user.UserId == userId) is not { Token: not null } subject)
            return Redirect("~/manage");
        (Action, Subject) = (action, subject);
        AsksForPassword = act == "revoke" && Bank.Policy.AsksFor("tokenManagement")
            && contract.Users.Any(user => user.UserId == customer.UserId && user.Token is { Status: "inUse" });
        return null;
    }
}
