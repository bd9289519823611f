using KenshinOtp.Text;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A search as it was asked. It travels in the addresses of what it found, so that each window finds the way back to its own.</summary>
/// <param name="Text">What was typed.</param>
/// <param name="Cursor">Where the page before ended; null for the first page.</param>
internal sealed record SearchAsked(string Text, string? Cursor)
{
    public const int MaxLength = 100;

    /// <summary>As it stands in an address.</summary>
    public string Query => $"q={Uri.EscapeDataString(Text)}" + (Cursor is null ? "" : $"&cursor={Uri.EscapeDataString(Cursor)}");

    /// <summary>The first page of the same search.</summary>
    public SearchAsked FromStart => this with { Cursor = null };

    /// <returns>Null: nothing is searched for, or more than anything is called.</returns>
    public static SearchAsked? Read(HttpRequest request)
    {
        var text = HalfWidth.Fold(request.Query["q"].ToString()).Trim();
        var cursor = request.Query["cursor"].ToString();
        return text.Length is 0 or > MaxLength ? null : new(text, cursor.Length == 0 ? null : cursor);
    }
}
