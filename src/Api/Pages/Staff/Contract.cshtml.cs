using System.Collections.ObjectModel;
using KenshinOtp.Contracts;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A contract on one screen: who, which tokens in which state, what happened last, what may be done now.</summary>
internal sealed class ContractModel(StaffDoor door, StaffDesk desk, TimeProvider time) : StaffModel(door)
{
    public ContractSheet Sheet { get; private set; } = null!;

    /// <summary>Login → name.</summary>
    public IReadOnlyDictionary<string, string> StaffNames { get; private set; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The search that found it; null for whoever came another way.</summary>
    public SearchAsked? From => SearchAsked.Read(Request);

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>The tokens that no user of the contract has any more.</summary>
    public IEnumerable<TokenView> Past =>
        Sheet.Tokens.Where(token => Sheet.Contract.Users.All(user => user.Token?.Serial != token.Serial));

    public async Task<IActionResult> OnGetAsync(string serviceId, CancellationToken ct)
    {
        if (!ServiceId.TryParse(serviceId, out var id) || !(await desk.Sheet(Visit, id, ct)).Succeeded(out var sheet, out _))
            return NotFound(); // one answer for what is beyond reach and for what there is not
        Sheet = sheet;
        StaffNames = await desk.Names(Visit, ct);
        return Page();
    }

    /// <summary>What may be done with a user's token; null: with the whole contract.</summary>
    public IEnumerable<StaffAction> Acts(string? userId) => Sheet.Permitted.Where(act => act.UserId == userId).Select(act => act.Action);

    /// <summary>Whether this person opens drafts: the others are told of them alone.</summary>
    public bool OpensDrafts => QueueModel.IsFor(Member);

    /// <summary>What waits for an approval and concerns a user or the user's token; null: the whole contract.</summary>
    public IEnumerable<Draft> Waiting(UserView? user) => Sheet.Drafts.Where(draft => draft.StatusAt(Now) == DraftStatus.Open
        && (draft.UserId?.Value == user?.UserId || (draft.Serial is not null && draft.Serial == user?.Token?.Serial)));

    /// <summary>The person's name; the user ID of somebody who is not there any more.</summary>
    public string NameOf(string userId) => Sheet.Contract.Users.FirstOrDefault(user => user.UserId == userId)?.DisplayName ?? userId;
}
