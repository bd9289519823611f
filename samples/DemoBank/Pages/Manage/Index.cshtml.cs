using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages.Manage;

/// <summary>管理: the own token on the centre's page; for administrators the other users' tokens here.</summary>
public sealed class IndexModel(KenshinClient centre) : PageModel
{
    [TempData]
    public string? Done { get; set; }

    [TempData]
    public string? ReceiptNumber { get; set; }

    [TempData]
    public string? AcceptedAt { get; set; }

    public Customer Customer => Customers.Of(User);

    public IReadOnlyList<ContractUser> Users { get; private set; } = [];

    public Explanation? Refused { get; private set; }

    public async Task OnGet(CancellationToken ct)
    {
        if (!Customer.IsAdministrator)
            return;
        var found = await centre.GetContract(Customer.ServiceId, ct);
        if (found.Succeeded(out var contract, out var refusal))
            Users = contract.Users;
        else
            Refused = Words.Refused(refusal);
    }
}
