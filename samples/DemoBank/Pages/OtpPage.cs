using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>A page whose form carries a one-time password.</summary>
public abstract class OtpPage(OpenBank bank, TimeProvider time) : PageModel
{
    public OpenBank Bank => bank;

    public Customer Customer => bank.CustomerOf(User);

    public Explanation? Refused { get; protected set; }

    /// <summary>Names one showing of the form: sent twice by an impatient finger, it is one attempt at the centre.</summary>
    public Guid Attempt { get; } = Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Whether the bank has this page: its address stands in every bank's part of the site.</summary>
    protected virtual bool Exists => true;

    protected Explanation NoPassword => new("ワンタイムパスワードを入力してください", $"{bank.Words.Device}に表示されている数字{bank.Policy.Digits}桁です。") { Field = "otp" };

    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!Exists)
            context.Result = NotFound();
    }

    /// <summary>What was typed, without the blanks that come with copying.</summary>
    protected static string Typed(string? text) => (text ?? "").Replace(" ", "", StringComparison.Ordinal).Trim();

    /// <summary>Asks the centre whether the password is the customer's, for this one transaction.</summary>
    /// <param name="customer">Whose password.</param>
    /// <param name="transaction">As the policy names it.</param>
    /// <param name="otp">As it was typed.</param>
    /// <param name="reference">What the customer approves with it, amounts and all: under another reference it is another call, and needs another password.</param>
    /// <param name="attempt">The showing of the form, as the browser says. It may say an old one again: the deed uses the verification up in the ledger.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The accepted verification, or what to tell the customer.</returns>
    protected async Task<(Client.Verification? Accepted, Explanation? Refused)> Verify(
        Customer customer, string transaction, string? otp, string reference, Guid? attempt, CancellationToken ct)
    {
        if (Typed(otp) is not { Length: > 0 } typed)
            return (null, NoPassword);
        var request = new VerificationRequest(customer.ServiceId, customer.UserId, transaction, typed, reference);
        var outcome = await bank.Centre.Verify(request, $"{reference}-{attempt ?? Attempt}", ct);
        if (!outcome.Succeeded(out var verification, out var refusal))
            return (null, bank.Words.Refused(refusal));
        return verification.Accepted ? (verification, null) : (null, bank.Words.Rejection(verification.Reason, verification.RemainingAttempts));
    }
}

/// <summary>The field of a password.</summary>
/// <param name="Id">The element id.</param>
/// <param name="Label">The text of its label.</param>
/// <param name="Hint">Where to read it.</param>
/// <param name="Refused">What was refused on this page, perhaps of another field.</param>
public sealed record OtpField(string Id, string Label, string Hint, Explanation? Refused)
{
    /// <summary>What is to be mended in this field, or null.</summary>
    public string? Fault => Refused?.Field == Id ? Refused.Title : null;
}

/// <summary>The field of a serial number, as it was typed.</summary>
public sealed record SerialField(string Id, string Label, string Hint, string? Typed, Explanation? Refused)
{
    public string? Fault => Refused?.Field == Id ? Refused.Title : null;
}

/// <summary>The sentence at a field; nothing without one.</summary>
public sealed record FieldFault(string Field, string? Text);
