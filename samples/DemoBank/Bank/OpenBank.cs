using System.Security.Claims;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.DemoBank.Drawer;

namespace KenshinOtp.DemoBank.Bank;

/// <summary>A demo bank in business: its profile, its line to the centre, its books. Pages get the one whose address they were called at.</summary>
public sealed class OpenBank(BankProfile profile, KenshinClient centre, InstitutionPolicy policy, Ledger ledger, IReadOnlyList<HardwareToken> drawer)
{
    public BankProfile Profile => profile;

    public KenshinClient Centre => centre;

    /// <summary>The institution's policy as the centre told it when the bank opened.</summary>
    public InstitutionPolicy Policy => policy;

    public Ledger Ledger => ledger;

    public IReadOnlyList<HardwareToken> Drawer => drawer;

    public Inbox Inbox { get; } = new(centre, ledger);

    public TokenWords Words { get; } = new(profile, policy);

    /// <summary>What a session is known by: a session at one bank says nothing at another.</summary>
    public string SessionName(Customer customer) => $"{profile.Code}/{customer.UserId}";

    public Customer? Find(ClaimsPrincipal? user) =>
        user?.Identity?.Name is { } name ? profile.Customers.FirstOrDefault(customer => SessionName(customer) == name) : null;

    /// <summary>Who is logged in. Only for pages that ask for a log-in.</summary>
    public Customer CustomerOf(ClaimsPrincipal user) => Find(user) ?? throw new InvalidOperationException("Nobody is logged in.");
}
