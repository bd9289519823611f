using KenshinOtp.Configuration;
using KenshinOtp.Security;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>From nothing to two running applications: the centre first, then the banks that call it.</summary>
internal static class Demo
{
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
        catch (KeyRingException e)
        {
            await error.WriteLineAsync($"{e.Message} Or begin anew with {DemoCommand.ResetOption}. / 鍵のファイルがありません。{DemoCommand.ResetOption} を付けて起動し直してください。");
            return 1;
        }
        catch (Exception e) when (e is DemoException || StartFault.Is(e))
        {
            await error.WriteLineAsync(StartFault.WordsOf(e));
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
        var admissions = await Centre.Prepare(centre.Services, directory, ct);
        await centre.StartAsync(ct);

        using var banks = new Banks();
        try
        {
            foreach (var admission in admissions)
                await banks.Add(admission, options, directory, ct);
        }
        catch
        {
            await centre.StopAsync(CancellationToken.None); // its jobs are running: they end before what they work with is gone
            throw;
        }

        await using var bank = BankHost.Build(options, directory, banks);
        await bank.StartAsync(ct);
        await Welcome.Write(output, options);
        await UntilEither(centre, bank, ct);
    }

    /// <summary>Ctrl+C reaches both; whichever stops first takes the other with it.</summary>
    private static async Task UntilEither(WebApplication centre, WebApplication bank, CancellationToken ct)
    {
        await using var first = centre.Lifetime.ApplicationStopping.Register(bank.Lifetime.StopApplication);
        await using var second = bank.Lifetime.ApplicationStopping.Register(centre.Lifetime.StopApplication);
        await Task.WhenAll(bank.WaitForShutdownAsync(ct), centre.WaitForShutdownAsync(ct));
    }
}
