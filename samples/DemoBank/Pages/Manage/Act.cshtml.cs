using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages.Manage;

/// <summary>事故設定, 事故解除, ロック解除 or 失効 of another user's token, said plainly before it is done.</summary>
public sealed class ActModel(KenshinClient centre, TimeProvider time) : PageModel
{
    public static IReadOnlyList<(string Id, string Text)> Reasons { get; } = [("lost", "紛失"), ("stolen", "盗難"), ("removed", "アプリの削除・端末の故障")];

    public Customer Customer => Customers.Of(User);

    public TokenAction Action { get; private set; } = null!;

    public ContractUser Subject { get; private set; } = null!;

    public Explanation? Refused { get; private set; }

    /// <summary>The centre asks an administrator whose own token is in use.</summary>
    public bool AsksForPassword { get; private set; }

    /// <summary>Names one showing of the form, as at a transfer.</summary>
    public Guid Attempt { get; private set; }

    public async Task<IActionResult> OnGet(string userId, string act, CancellationToken ct) => await Find(userId, act, ct) ?? Page();

    public async Task<IActionResult> OnPost(string userId, string act, string? otp, string? reason, Guid? attempt, CancellationToken ct)
    {
        if (await Find(userId, act, ct) is { } elsewhere)
            return elsewhere;
        var outcome = await Do(otp?.Replace(" ", "", StringComparison.Ordinal), reason, $"{act}-{attempt ?? Attempt}", ct);
        if (!outcome.Succeeded(out var receipt, out var refusal))
        {
            Refused = Words.Refused(refusal);
            return Page();
        }

        TempData[nameof(IndexModel.Done)] = $"{Subject.DisplayName}さんのトークンの{Action.Done}";
        TempData[nameof(IndexModel.ReceiptNumber)] = receipt.ReceiptNumber;
        TempData[nameof(IndexModel.AcceptedAt)] = Japan.DateAndTime(receipt.AcceptedAt);
        return Redirect("/manage");
    }

    private Task<Outcome<Receipt>> Do(string? otp, string? reason, string key, CancellationToken ct)
    {
        var (service, user, by) = (Subject.ServiceId, Subject.UserId, Customer.UserId);
        return Action.Id switch
        {
            "suspend" => centre.Suspend(service, user, new(by, reason), key, ct),
            "resume" => centre.Resume(service, user, new(by, Reason: null), key, ct),
            "unlock" => centre.Unlock(service, user, new(by, Reason: null), key, ct),
            "revoke" => centre.Revoke(service, user, new(AsksForPassword ? otp : null, by), key, ct),
            _ => throw new InvalidOperationException($"Nobody does '{Action.Id}'."),
        };
    }

    /// <returns>Where to go instead, if this is not for the administrator to do.</returns>
    private async Task<IActionResult?> Find(string userId, string act, CancellationToken ct)
    {
        Attempt = Guid.CreateVersion7(time.GetUtcNow());
        var customer = Customer;
        if (!customer.IsAdministrator || userId == customer.UserId || TokenAction.Find(act) is not { } action)
            return NotFound();
        var found = await centre.GetContract(customer.ServiceId, ct);
        if (!found.Succeeded(out var contract, out _) || contract.Users.FirstOrDefault(user => user.UserId == userId) is not { Token: not null } subject)
            return Redirect("/manage");
        (Action, Subject) = (action, subject);
        AsksForPassword = act == "revoke" && contract.Users.Any(user => user.UserId == customer.UserId && user.Token is { Status: "inUse" });
        return null;
    }
}
