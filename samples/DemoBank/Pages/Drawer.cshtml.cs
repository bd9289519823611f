using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.DemoBank.Startup;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

/// <summary>デモ用ハードウェアトークン: the devices of all banks, in one drawer that everybody may open, which is what makes it a demo.</summary>
public sealed class DrawerModel(Banks banks, TimeProvider time) : PageModel
{
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public IEnumerable<OpenBank> BanksWithTokens => banks.Open.Where(bank => bank.Drawer.Count > 0);

    /// <summary>What the centre says of each device, by serial number; empty while it does not answer.</summary>
    public IDictionary<string, Token> States { get; } = new Dictionary<string, Token>(StringComparer.Ordinal);

    public async Task OnGet(CancellationToken ct)
    {
        foreach (var bank in BanksWithTokens)
            await Look(bank, ct);
    }

    private async Task Look(OpenBank bank, CancellationToken ct)
    {
        string? cursor = null;
        do
        {
            if (!(await bank.Centre.ListTokens(cursor, ct)).Succeeded(out var page, out _))
                return;
            foreach (var token in page.Items)
                States[token.Serial] = token;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }
}
