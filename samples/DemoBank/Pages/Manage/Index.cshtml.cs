using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace KenshinOtp.DemoBank.Pages.Manage;

/// <summary>管理: the own token on the centre's page; for administrators the other users' tokens here.</summary>
public sealed class IndexModel(OpenBank bank) : PageModel
{
    public OpenBank Bank => bank;

    public Customer Customer => bank.CustomerOf(User);

    /// <summary>利用者一覧 is for administrators, where there are several users.</summary>
    public bool ShowsUsers => bank.Profile.HasRoles && Customer.IsAdministrator;

    public Contract? Contract { get; private set; }

    public ContractUser? Own => Contract?.Users.FirstOrDefault(user => user.UserId == Customer.UserId);

    public Explanation? Refused { get; private set; }

    public async Task OnGet(CancellationToken ct)
    {
        var found = await bank.Centre.GetContract(Customer.ServiceId, ct);
        if (found.Succeeded(out var contract, out var refusal))
            Contract = contract;
        else
            Refused = bank.Words.Refused(refusal);
    }
}
