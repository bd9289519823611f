using KenshinOtp.Staff;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What a search found, for the table of hits.</summary>
/// <param name="Text">What was typed.</param>
/// <param name="Page">The hits.</param>
/// <param name="FromStart">Whether this is the first page.</param>
/// <param name="Visit">Who asked.</param>
/// <param name="SecondsLeft">How long the session now lasts.</param>
internal sealed record SearchAnswer(string Text, SearchPage Page, bool FromStart, StaffVisit Visit, int SecondsLeft);

/// <summary>The search as a page, and its hits alone for the script that asks while somebody types.</summary>
internal sealed class SearchModel(StaffDoor door, StaffDesk desk) : StaffModel(door)
{
    private const int PageSize = 50, MaxLength = 100;

    public string Text { get; private set; } = "";

    public SearchAnswer? Answer { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? q, string? cursor, CancellationToken ct)
    {
        Text = Tidy(q ?? "");
        Answer = await Ask(cursor, ct);
        return Page();
    }

    public async Task<IActionResult> OnGetHitsAsync(string? q, CancellationToken ct)
    {
        Text = Tidy(q ?? "");
        return await Ask(cursor: null, ct) is { } answer ? Partial("_Hits", answer) : new EmptyResult();
    }

    private async Task<SearchAnswer?> Ask(string? cursor, CancellationToken ct)
    {
        if (Text.Length is 0 or > MaxLength)
            return null;
        var page = await desk.Search(Visit, Text, cursor, PageSize, ct);
        var left = HttpContext.Features.GetRequiredFeature<StaffFrame>().Left;
        return new(Text, page, FromStart: cursor is null, Visit, (int)left.TotalSeconds);
    }
}
