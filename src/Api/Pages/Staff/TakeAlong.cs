namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The buttons of a table for a file and for paper.</summary>
/// <param name="Page">The page whose table it is; it answers a POST with the file.</param>
/// <param name="Note">What helps.</param>
/// <param name="Asked">What the table was asked for.</param>
internal sealed record TakeAlong(string Page, string Note, params IReadOnlyList<(string Name, string Value)> Asked);
