using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages;

public sealed class IndexModel(OpenBank bank) : PageModel
{
    private const int Recent = 5, RecentBulletins = 3;

    public ContractUser? Person { get; private set; }

    public Explanation? Refused { get; private set; }

    public IReadOnlyList<Account> Accounts { get; private set; } = [];

    public IReadOnlyList<Transfer> Transfers { get; private set; } = [];

    public IReadOnlyList<(Bulletin Bulletin, Explanation Words)> Bulletins { get; private set; } = [];

    public IReadOnlyList<GuideStep> Steps { get; private set; } = Guide.BeforeLogin(bank.Profile);

    public async Task OnGet(CancellationToken ct)
    {
        var (customer, ledger) = (bank.CustomerOf(User), bank.Ledger);
        var transfers = ledger.TransfersOf(customer);
        (Accounts, Transfers) = (ledger.AccountsOf(customer), [.. transfers.Take(Recent)]);
        Bulletins = [.. ledger.BulletinsFor(customer).Take(RecentBulletins).Select(bulletin => (bulletin, bank.Words.Bulletin(bulletin.Type)))];
        var found = await bank.Centre.GetContract(customer.ServiceId, ct);
        if (!found.Succeeded(out var contract, out var refusal))
        {
            Refused = bank.Words.Refused(refusal);
            return;
        }

        Person = contract.Users.First(user => user.UserId == customer.UserId);
        Steps = Guide.For(bank.Profile, new(
            contract, Person, transfers, ledger.HasChosenLimit(customer), ledger.CertificateOf(customer) is not null));
    }
}
