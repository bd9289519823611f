using KenshinOtp.Receipts;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The result of a request as the customer files it: the visitor's own, or that of a user for whom the visitor acts.</summary>
internal sealed class ResultModel(VisitorDesk desk, PortalTexts texts) : TargetModel(desk, texts)
{
    public StoredReceipt Receipt { get; private set; } = null!;

    public ResultWords Words { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? receipt, CancellationToken ct)
    {
        if (await Desk.Receipt(Visitor, Target.UserId, receipt, ct) is not { } stored
            || ResultWords.Of(stored, Target, await Desk.AdministratorLifts(Target.Subject, ct), Texts) is not { } words)
            return NotFound();
        (Receipt, Words) = (stored, words);
        return Page();
    }
}
