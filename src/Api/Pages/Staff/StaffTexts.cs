using System.Resources;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The words of the staff console: <c>StaffTexts.resx</c> is Japanese, <c>StaffTexts.en.resx</c> English; keys begin with their page.</summary>
internal sealed class StaffTexts(IHttpContextAccessor http) : PageTexts(Resources, http)
{
    private static readonly ResourceManager Resources = new("KenshinOtp.Api.Pages.Staff.StaffTexts", typeof(StaffTexts).Assembly);

    /// <summary>A word for something that the program names by a code; the code itself where there is none.</summary>
    public string Word(string kind, string code) => Find($"{kind}_{code.Replace('.', '_')}") ?? code;

    /// <summary>Until when: <c>2026年11月24日 24時</c> for the end of a day, by which nobody counts the next one.</summary>
    public string Until(DateTimeOffset limit) => Japan.IsMidnight(limit) ? Written("Common_EndOfDay", limit.AddDays(-1)) : When(limit);

    /// <summary>The same as an element that machines read too.</summary>
    public IHtmlContent UntilTime(DateTimeOffset limit) => Element(limit, "yyyy-MM-dd'T'HH:mmzzz", Until(limit));

    /// <summary>An instant in a table whose head names the time zone.</summary>
    public IHtmlContent RowTime(DateTimeOffset instant) => Element(instant, "yyyy-MM-dd'T'HH:mmzzz", Written("Common_WhenInRow", instant));

    /// <summary>The same to the second, as records are read: <c>2026年11月23日 16時16分36秒</c></summary>
    public string Exactly(DateTimeOffset instant) => Written("Common_Exactly", instant);

    public IHtmlContent ExactTime(DateTimeOffset instant) => Element(instant, "yyyy-MM-dd'T'HH:mm:sszzz", Exactly(instant));
}
