using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Staff;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What staff do on a paper form: the form, what will happen, and one button that does it or drafts it.</summary>
internal sealed class ActModel(StaffDoor door, StaffDesk desk, Paperwork paperwork, StaffWorkTexts words, TimeProvider time) : StaffModel(door)
{
    /// <summary>What this page can do.</summary>
    private static readonly StaffAction[] OnPaper = [StaffAction.Revoke, StaffAction.Suspend, StaffAction.Resume, StaffAction.Unlock, StaffAction.Cancel];

    public StaffAction Action { get; private set; }

    public ServiceId ServiceId { get; private set; }

    /// <summary>Whose token; null for the whole contract.</summary>
    public UserId? UserId { get; private set; }

    /// <summary>What would happen now; null where the state does not permit it.</summary>
    public PaperPreview? Preview { get; private set; }

    /// <summary>Why it cannot be done, in a sentence.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Until when a draft could be approved.</summary>
    public DateTimeOffset ApproveBy => Japan.EndOfBusinessDay(time.GetUtcNow());

    /// <summary>The search that found the contract, to go back to.</summary>
    public SearchAsked? From => SearchAsked.Read(Request);

    public PaperForm Form { get; private set; } = PaperForm.Empty;

    /// <summary>The state that the person has before the eyes: what is done is what was shown.</summary>
    public string Seen => Preview is null ? "" : string.Join(',', Preview.Lines.Select(line => $"{line.Serial}:{line.Before.ToRow()}"));

    public async Task<IActionResult> OnGetAsync(string serviceId, string? action, string? user, CancellationToken ct) =>
        await Look(serviceId, action, user, ct) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string serviceId, string? action, string? user, CancellationToken ct)
    {
        if (!await Look(serviceId, action, user, ct))
            return NotFound();
        Form = await PaperForm.Read(Request, ct);
        var paper = Form.Check(Faults, words);
        if (Preview is null || paper is null)
            return Page();
        if (!string.Equals(await Typed("seen", ct), Seen, StringComparison.Ordinal))
            return Refuse(words["Act_Changed"]);

        var submitted = await paperwork.Submit(new(Visit, Action, ServiceId, UserId, paper), ct);
        if (submitted.Succeeded(out var done, out var problem))
            return LocalRedirect(done.Receipt is { } receipt ? StaffPaths.Receipt(receipt.ReceiptNumber) : StaffPaths.Draft(done.Draft!.Id));
        return problem.Kind is ProblemKind.NotFound or ProblemKind.Forbidden ? NotFound() : Refuse(words.Refusal(problem));
    }

    /// <returns>False if there is no such page for this person.</returns>
    private async Task<bool> Look(string serviceId, string? action, string? user, CancellationToken ct)
    {
        if (!EnumNames.TryParse<StaffAction>(action, out var what) || !OnPaper.Contains(what) || !Contracts.ServiceId.TryParse(serviceId, out var contract))
            return false;
        (Action, ServiceId) = (what, contract);
        if (what != StaffAction.Cancel)
        {
            if (!Contracts.UserId.TryParse(user, out var whose))
                return false;
            UserId = whose;
        }

        var preview = await desk.Preview(Visit, what, contract, UserId, ct);
        Preview = preview.Value;
        if (preview.Problem is not { } problem)
            return true;
        Refusal = words.Refusal(problem);
        return problem.Code is "token_not_found" or "invalid_transition";
    }

    private PageResult Refuse(string sentence)
    {
        Refusal = sentence;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }
}
