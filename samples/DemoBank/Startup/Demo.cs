using System.Net.Http.Headers;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>From nothing to two running applications: the centre first, then the bank that calls it.</summary>
internal static class Demo
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    public static async Task<int> Run(DemoOptions options, TextWriter output, TextWriter error, CancellationToken ct)
    {
        try
        {
            LoopbackPorts.RequireFree(options);
            using var directory = DemoDirectory.Open(options.DataDirectory);
            if (options.Reset)
                directory.Reset();
            await Serve(options, directory, output, ct);
            return 0;
        }
        catch (Exception e) when (e is DemoException or SettingsException or SchemaException)
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static async Task Serve(DemoOptions options, DemoDirectory directory, TextWriter output, CancellationToken ct)
    {
        await using var centre = Centre.Build(options, directory);
        var apiKey = await Centre.Prepare(centre.Services, directory, ct);
        await centre.StartAsync(ct);

        using var http = new HttpClient { BaseAddress = options.ApiUrl, Timeout = CallTimeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        var client = new KenshinClient(http, TimeProvider.System);
        await EnterCustomers(client, ct);

        await using var bank = BankHost.Build(options, directory, client);
        await bank.StartAsync(ct);
        await Welcome.Write(output, options);
        await UntilEither(centre, bank, ct);
    }

    /// <summary>As a bank's nightly hand-over would: to put what is there already changes nothing.</summary>
    private static async Task EnterCustomers(KenshinClient client, CancellationToken ct)
    {
        foreach (var contract in Customers.Contracts)
        {
            Require(await client.PutContract(contract.ServiceId, new(contract.Name, "individual", contract.Branch), ct));
            foreach (var person in Customers.All.Where(customer => customer.Contract == contract))
                Require(await client.PutUser(contract.ServiceId, person.UserId, new(person.Name, person.IsAdministrator ? "administrator" : "general"), ct));
        }
    }

    private static void Require<T>(Outcome<T> outcome)
        where T : class
    {
        if (!outcome.Succeeded(out _, out var refusal))
            throw new DemoException($"The centre refused the demo's customers ({refusal.Code}): {refusal.Detail}");
    }

    /// <summary>Ctrl+C reaches both; whichever stops first takes the other with it.</summary>
    private static async Task UntilEither(WebApplication centre, WebApplication bank, CancellationToken ct)
    {
        await using var first = centre.Lifetime.ApplicationStopping.Register(bank.Lifetime.StopApplication);
        await using var second = bank.Lifetime.ApplicationStopping.Register(centre.Lifetime.StopApplication);
        await Task.WhenAll(bank.WaitForShutdownAsync(ct), centre.WaitForShutdownAsync(ct));
    }
}
