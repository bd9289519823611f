using KenshinOtp.Results;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What one person drafted, with what it would do now: another approves or returns it, the drafter withdraws it.</summary>
internal sealed class DraftModel(StaffDoor door, StaffDesk desk, Paperwork paperwork, StaffWorkTexts words, TimeProvider time) : StaffModel(door)
{
    public Draft Draft { get; private set; } = null!;

    public DraftStatus Status { get; private set; }

    /// <summary>What approving it would do now; null where it waits no more, cannot be done, or is not this person's work.</summary>
    public PaperPreview? Preview { get; private set; }

    /// <summary>Why what was asked for was not done.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What stands against an approval now.</summary>
    public string? Hindrance { get; private set; }

    public string Note { get; private set; } = "";

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public bool IsOwn => Draft.DraftedBy == Member.Id;

    public bool MayDecide => Status == DraftStatus.Open && !IsOwn && Member.May(StaffAction.Approve);

    public bool MayWithdraw => Status == DraftStatus.Open && IsOwn;

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken ct) => await Look(id, ct) ? Page() : NotFound();

    public async Task<IActionResult> OnPostApproveAsync(string id, CancellationToken ct)
    {
        if (!await Look(id, ct))
            return NotFound();
        if (!await ReadNote(required: false, ct))
            return Page();
        var approved = await paperwork.Approve(Visit, id, Note.Length == 0 ? null : Note, ct);
        return approved.Succeeded(out var receipt, out var problem) ? LocalRedirect(StaffPaths.Receipt(receipt.ReceiptNumber)) : await Refuse(problem, ct);
    }

    public async Task<IActionResult> OnPostReturnAsync(string id, CancellationToken ct)
    {
        if (!await Look(id, ct))
            return NotFound();
        return await ReadNote(required: true, ct) ? await Settle(await paperwork.Return(Visit, id, Note, ct), ct) : Page();
    }

    public async Task<IActionResult> OnPostWithdrawAsync(string id, CancellationToken ct) =>
        await Look(id, ct) ? await Settle(await paperwork.Withdraw(Visit, id, ct), ct) : NotFound();

    private async Task<IActionResult> Settle(Result<Draft> settled, CancellationToken ct) =>
        settled.Succeeded(out var draft, out var problem) ? LocalRedirect(StaffPaths.Draft(draft.Id)) : await Refuse(problem, ct);

    private async Task<bool> ReadNote(bool required, CancellationToken ct)
    {
        Note = (await Typed("note", ct)).Trim();
        var errors = new FieldErrors();
        Paper.ReadNote(Note, required, errors);
        if (errors.Any)
            Faults.Add("note", words[Note.Length == 0 ? "Draft_NoteMissing" : "Paper_NoteInvalid"]);
        return !errors.Any;
    }

    /// <summary>The page as it is now, with who decided in between.</summary>
    private async Task<IActionResult> Refuse(Problem problem, CancellationToken ct)
    {
        if (!await Look(Draft.Id, ct))
            return NotFound();
        Refusal = problem.Code == "draft_decided" ? words["Too_Late", words.Decided(Draft, Now)] : words.Refusal(problem);
        Response.StatusCode = problem.Kind == ProblemKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status409Conflict;
        return Page();
    }

    /// <returns>False if there is no such draft for this person.</returns>
    private async Task<bool> Look(string id, CancellationToken ct)
    {
        if (!QueueModel.IsFor(Member) || await desk.Draft(Visit, id, ct) is not { } draft)
            return false;
        (Draft, Status, Preview, Hindrance) = (draft, draft.StatusAt(Now), null, null);
        if (Status != DraftStatus.Open || !Member.May(draft.Action))
            return true;
        var preview = await desk.Preview(Visit, draft.Action, draft.ServiceId, draft.UserId, ct);
        Preview = preview.Value;
        Hindrance = preview.Problem is { } problem ? words.Refusal(problem)
            : draft.Serial is not null && Preview!.Lines[0].Serial != draft.Serial ? words["Refusal_TokenReplaced"]
            : null;
        return true;
    }
}
