using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page about the whole contract: for its administrators; other users are told so.</summary>
internal abstract class AdministratorModel(VisitorDesk desk, PortalTexts texts) : OtpModel(desk, texts)
{
    protected override async Task<IActionResult?> Prepare(CancellationToken ct)
    {
        if (Visitor.IsAdministrator)
            return await base.Prepare(ct);
        HttpContext.Features.Set(await Desk.HasAdministrator(Visitor, ct) ? PortalMessage.Denied : PortalMessage.NotForContract);
        return StatusCode(StatusCodes.Status403Forbidden);
    }
}
