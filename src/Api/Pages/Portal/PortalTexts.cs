using System.Resources;
using KenshinOtp.Contracts;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The words of the hosted pages in the visitor's language: <c>PortalTexts.resx</c> is Japanese, <c>PortalTexts.en.resx</c> English.</summary>
internal sealed class PortalTexts(IHttpContextAccessor http) : PageTexts(Resources, http)
{
    private static readonly ResourceManager Resources = new("KenshinOtp.Api.Pages.Portal.PortalTexts", typeof(PortalTexts).Assembly);

    public string Mode(TokenMode mode) => this["Mode_" + mode];

    public string Role(UserRole role) => this["Role_" + role];
}
