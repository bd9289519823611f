using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.DemoBank.Drawer;
using KenshinOtp.Otp;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>Hardware tokens: the devices in the bank's drawer, and their file, which the bank hands on to the centre as after a maker's delivery.</summary>
internal static class HardwareStock
{
    /// <summary>Makes what an earlier run has not made. The centre imports the file at every start: what it has already is unchanged.</summary>
    /// <returns>The drawer.</returns>
    public static async Task<IReadOnlyList<HardwareToken>> Deliver(BankProfile bank, KenshinClient centre, DemoDirectory directory, CancellationToken ct)
    {
        if (bank.HardwareSerials.Count == 0)
            return [];
        var kept = directory.ReadHardwareTokens(bank);
        var file = kept ?? TokenFile.Format(Make(bank));
        if (kept is null)
            directory.WriteHardwareTokens(bank, file); // on disk before the centre knows them: a start that is cut short is made good by the next one

        var delivered = await centre.ImportTokens(new(file), $"delivery-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}", ct);
        if (!delivered.Succeeded(out var result, out var refusal))
            throw new DemoException($"The centre refused the drawer's tokens ({refusal.Code}): {refusal.Detail}");

        // Of a file that was kept, the devices that were revoked since are refused for ever. Of a new one nothing is, unless the centre has older devices of these numbers.
        if (kept is null && result.RejectedCount > 0)
        {
            directory.DeleteHardwareTokens(bank);
            throw new DemoException("The drawer's token file is missing: start again with --reset. / --reset を付けて起動し直してください。");
        }

        return TokenFile.Parse(file);
    }

    private static IEnumerable<HardwareToken> Make(BankProfile bank) =>
        bank.HardwareSerials.Select(serial => new HardwareToken(serial, TokenSecret.Random(HardwareToken.Algorithm)));
}
