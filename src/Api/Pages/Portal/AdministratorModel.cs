using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page about the whole contract: for its administrators; other users are told so.</summary>
internal abstract class AdministratorModel(VisitorDesk desk, PortalTexts texts) : OtpModel(desk, texts)
{
    protected override Task<IActionResult?> Prepare(CancellationToken ct)
    {
        if (Visitor.IsAdministrator)
            return base.Prepare(ct);
        HttpContext.Features.Set(PortalMessage.Denied);
        return Task.FromResult<IActionResult?>(StatusCode(StatusCodes.Status403Forbidden));
    }
}
