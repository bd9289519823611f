using KenshinOtp.Receipts;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The result of a request as the customer files it: only ever the visitor's own.</summary>
internal sealed class ResultModel(VisitorDesk desk, PortalTexts texts) : PortalModel(desk)
{
    public StoredReceipt Receipt { get; private set; } = null!;

    public ResultWords Words { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string? receipt, CancellationToken ct)
    {
        if (await Desk.Receipt(Visitor, receipt, ct) is not { } stored || ResultWords.Of(stored, Visitor, texts) is not { } words)
            return NotFound();
        (Receipt, Words) = (stored, words);
        return Page();
    }
}
