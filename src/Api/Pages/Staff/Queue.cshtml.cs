using KenshinOtp.Staff;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What waits for a second person.</summary>
internal sealed class QueueModel(StaffDoor door, StaffDesk desk, TableFile file, StaffTexts texts, StaffWorkTexts words, StaffWords names, TimeProvider time) : StaffModel(door)
{
    private const int FileStep = 500;

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>Whether the person drafts, approves or oversees: the others have nothing to look for here.</summary>
    public static bool IsFor(StaffMember member) =>
        member.May(StaffAction.Approve) || member.May(StaffAction.Revoke) || member.May(StaffAction.SeeAudit);

    public IActionResult OnGet() => IsFor(Member) ? Page() : NotFound();

    /// <summary>The file, with all that waits.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!IsFor(Member))
            return NotFound();
        await using var table = Csv.Open(await file.Begin(Response, Visit, "drafts.exported", asked: null, ct));
        await table.WriteRow(
        [
            words["Queue_DraftedAt"], words["Work_Acts"], texts["Common_ServiceId"], words["Work_Contract"], texts["Common_Branch"], texts["Common_UserId"], words["Work_User"],
            texts["Common_Serial"], words["Paper_FormNumber"], words["Paper_Reason"], words["Paper_Note"], words["Work_Drafter"], words["Draft_ApproveBy"],
        ], ct);
        for (string? after = null; await desk.Queue(Visit, after, FileStep, ct) is { Count: > 0 } drafts; after = drafts[^1].Id)
        {
            foreach (var draft in drafts)
                await table.WriteRow(Cells(draft), ct);
        }

        return new EmptyResult();
    }

    private string?[] Cells(Draft draft) =>
    [
        Japan.Sortable(draft.DraftedAt), names.Act(draft.Action), draft.ServiceId.Value, draft.ContractName, draft.Branch, draft.UserId?.Value, draft.UserName, draft.Serial,
        draft.Paper.FormNumber, names.Reason(draft.Paper.Reason), draft.Paper.Note, draft.DrafterName, Japan.SortableLimit(draft.ExpiresAt),
    ];
}
