using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The open sessions: the own ones, for head office everybody's. Any of them can be ended.</summary>
internal sealed class SessionsModel(StaffDoor door, StaffSessions sessions) : StaffModel(door)
{
    private const string Ended = "ended", Gone = "gone";

    public IReadOnlyList<ListedSession> Open { get; private set; } = [];

    public bool SeesAll => Member.May(StaffAction.EndSessions);

    /// <summary>Whether one was ended just now; null: nothing was asked for.</summary>
    public bool? Outcome { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Outcome = done switch
        {
            Ended => true,
            Gone => false,
            _ => null,
        };
        Open = await sessions.Open(Visit, ct);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        var ended = await sessions.End(Visit, await Typed("id", ct), ct);
        return LocalRedirect($"{StaffPaths.Sessions}?done={(ended ? Ended : Gone)}");
    }
}
