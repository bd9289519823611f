using System.Resources;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The words of the staff console: <c>StaffTexts.resx</c> is Japanese, <c>StaffTexts.en.resx</c> English; keys begin with their page.</summary>
internal sealed class StaffTexts(IHttpContextAccessor http) : PageTexts(Resources, http)
{
    private static readonly ResourceManager Resources = new("KenshinOtp.Api.Pages.Staff.StaffTexts", typeof(StaffTexts).Assembly);

    /// <summary>A word for something that the program names by a code; the code itself where there is none.</summary>
    public string Word(string kind, string code) => Find($"{kind}_{code.Replace('.', '_')}") ?? code;
}
