using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.Api.Pages;

/// <summary>A page of either family: reads what was typed, and notes what is to be mended.</summary>
internal abstract class FormModel : PageModel
{
    public Faults Faults { get; } = new();

    /// <summary>
    /// A field as it was typed. Read here and not bound: model binding hands values to log messages, and some of these are secrets.
    /// </summary>
    protected async Task<string> Typed(string field, CancellationToken ct) => (await Request.ReadFormAsync(ct))[field].ToString();

    /// <summary>What was typed without the full-width forms and outer blanks that keyboards and pasting add.</summary>
    protected static string Tidy(string typed) => HalfWidth.Fold(typed).Trim();

    /// <summary>A password as it was typed. Apps show it in groups: blanks are no fault.</summary>
    protected async Task<string> TypedInGroups(string field, CancellationToken ct) =>
        string.Concat(Tidy(await Typed(field, ct)).Where(c => !char.IsWhiteSpace(c)));
}
