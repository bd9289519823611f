using KenshinOtp.Receipts;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The result of a request as the customer files it: the visitor's own, or that of a user for whom the visitor acts.</summary>
internal sealed class ResultModel(VisitorDesk desk, PortalTexts texts) : TargetModel(desk, texts)
{
    public StoredReceipt Receipt { get; private set; } = null!;

    public ResultWords Words { get; private set; } = null!;

    /// <summary>Whether a dead token is left in an app.</summary>
    public bool LeftInApp { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? receipt, CancellationToken ct)
    {
        if (await Desk.Receipt(Visitor, Target.UserId, receipt, ct) is not { } stored
            || ResultWords.Of(stored, Target, await Desk.AdministratorLifts(Target.Subject, ct), Texts) is not { } words)
            return NotFound();
        (Receipt, Words) = (stored, words);
        LeftInApp = Gone(stored) is { } serial && await Desk.IsInApp(Visitor, serial, ct);
        return Page();
    }

    private static string? Gone(StoredReceipt receipt) => receipt.Action switch
    {
        "token.revoked" => receipt.Serial,
        "token.exchanged" => receipt.Before,
        _ => null,
    };
}
