using System.Net.Http.Headers;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>The banks that are open, and the lines that lead from them to the centre.</summary>
public sealed class Banks : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private readonly List<HttpClient> _lines = [];
    private readonly List<OpenBank> _open = [];

    public IReadOnlyList<OpenBank> Open => _open;

    /// <summary>The one at addresses that name none.</summary>
    public OpenBank First => _open[0];

    /// <summary>The colours of all banks, for elements of the class <c>bank-…</c>.</summary>
    public string Accents { get; private set; } = "";

    public OpenBank? Find(string slug) => _open.Find(bank => bank.Profile.Slug == slug);

    /// <summary>Opens one more bank, by what its API key gives it: policy, customers, colour.</summary>
    internal async Task Add(Admission admission, DemoOptions options, DemoDirectory directory, CancellationToken ct)
    {
        var line = new HttpClient { BaseAddress = options.ApiUrl, Timeout = CallTimeout };
        _lines.Add(line);
        line.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admission.ApiKey);
        var centre = new KenshinClient(line, TimeProvider.System);
        var policy = Require(await centre.GetPolicy(ct));
        await EnterCustomers(admission.Bank, centre, ct);
        var drawer = await HardwareStock.Deliver(admission.Bank, centre, directory, ct);

        // The same sheet that colours the hosted pages: it knows how to keep the contrast in the light and in the dark.
        var sheet = await line.GetStringAsync($"portal/accent/{policy.AccentColor.TrimStart('#')}.css", ct);
        Accents += sheet.Replace(":root", $".bank-{admission.Bank.Slug}", StringComparison.Ordinal);
        _open.Add(new(admission.Bank, centre, policy, new Ledger(directory.Books(admission.Bank), admission.Bank), drawer));
    }

    public void Dispose() => _lines.ForEach(line => line.Dispose());

    /// <summary>As a bank's nightly hand-over would: to put what is there already changes nothing, nor the token mode that a user chose.</summary>
    private static async Task EnterCustomers(BankProfile bank, KenshinClient centre, CancellationToken ct)
    {
        foreach (var contract in bank.Contracts)
        {
            var mode = (await centre.GetContract(contract.ServiceId, ct)).Succeeded(out var known, out _) ? known.TokenMode : bank.TokenMode;
            Require(await centre.PutContract(contract.ServiceId, new(contract.Name, mode, contract.Branch), ct));
            foreach (var person in bank.Customers.Where(customer => customer.Contract == contract))
                Require(await centre.PutUser(contract.ServiceId, person.UserId, new(person.Name, person.IsAdministrator ? "administrator" : "general"), ct));
        }
    }

    private static T Require<T>(Outcome<T> outcome)
        where T : class =>
        outcome.Succeeded(out var value, out var refusal)
            ? value
            : throw new DemoException($"The centre refused the demo's customers ({refusal.Code}): {refusal.Detail}");
}
