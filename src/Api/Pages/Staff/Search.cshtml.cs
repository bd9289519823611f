using KenshinOtp.Staff;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What a search found, for the table of hits.</summary>
/// <param name="Asked">What was searched for.</param>
/// <param name="Page">The hits.</param>
/// <param name="Visit">Who asked.</param>
/// <param name="SecondsLeft">How long the session now lasts.</param>
internal sealed record SearchAnswer(SearchAsked Asked, SearchPage Page, StaffVisit Visit, int SecondsLeft);

/// <summary>The search as a page, and its hits alone for the script that asks while somebody types.</summary>
internal sealed class SearchModel(StaffDoor door, StaffDesk desk) : StaffModel(door)
{
    private const int PageSize = 50;

    public string Text { get; private set; } = "";

    public SearchAnswer? Answer { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? q, CancellationToken ct)
    {
        Text = Tidy(q ?? "");
        Answer = await Ask(ct);
        return Page();
    }

    public async Task<IActionResult> OnGetHitsAsync(CancellationToken ct) => await Ask(ct) is { } answer ? Partial("_Hits", answer) : new EmptyResult();

    private async Task<SearchAnswer?> Ask(CancellationToken ct)
    {
        if (SearchAsked.Read(Request) is not { } asked)
            return null;
        var page = await desk.Search(Visit, asked.Text, asked.Cursor, PageSize, ct);
        var left = HttpContext.Features.GetRequiredFeature<StaffFrame>().Left;
        return new(asked, page, Visit, (int)left.TotalSeconds);
    }
}
