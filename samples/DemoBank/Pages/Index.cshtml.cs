using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

public sealed class IndexModel(KenshinClient centre, Ledger ledger) : PageModel
{
    private const int Recent = 5;

    public ContractUser? Person { get; private set; }

    public Explanation? Refused { get; private set; }

    public IReadOnlyList<Account> Accounts { get; private set; } = [];

    public IReadOnlyList<Transfer> Transfers { get; private set; } = [];

    public IReadOnlyList<GuideStep> Steps { get; private set; } = Guide.BeforeLogin;

    public async Task OnGet(CancellationToken ct)
    {
        var customer = Customers.Of(User);
        var transfers = ledger.TransfersOf(customer);
        (Accounts, Transfers) = (ledger.AccountsOf(customer), [.. transfers.Take(Recent)]);
        var found = await centre.GetUser(customer.ServiceId, customer.UserId, ct);
        if (found.Succeeded(out var person, out var refusal))
            (Person, Steps) = (person, Guide.For(person, transfers));
        else
            Refused = Words.Refused(refusal);
    }
}
