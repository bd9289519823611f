using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Drawer;
using KenshinOtp.Institutions;
using KenshinOtp.Tokens;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>Hardware tokens: the devices in the bank's drawer, and the same secrets at the centre, as after a maker's delivery.</summary>
internal sealed class HardwareStock(Database database, TokenStore tokens, TokenSecrets secrets, Journal journal, TimeProvider time)
{
    /// <summary>Makes what an earlier run has not made.</summary>
    /// <returns>The drawer.</returns>
    public async Task<IReadOnlyList<HardwareToken>> Prepare(BankProfile bank, Institution institution, DemoDirectory directory, CancellationToken ct)
    {
        var kept = directory.ReadHardwareTokens(bank);
        var drawer = kept is null ? Make(bank) : TokenFile.Parse(kept);
        var now = time.GetUtcNow();
        await using var tx = await database.Begin(ct);
        foreach (var device in drawer)
        {
            var known = SerialNumber.TryParse(device.Serial, out var serial) && await tokens.BySerial(tx, institution.Id, serial, ct) is not null;
            if (known && kept is null)
                throw new DemoException("The drawer's token file is missing: start again with --reset. / --reset を付けて起動し直してください。");
            if (!known)
                await Deliver(tx, institution, serial, device, now, ct);
        }

        // On disk before the centre knows them: a start that is cut short is made good by the next one.
        if (kept is null && drawer.Count > 0)
            directory.WriteHardwareTokens(bank, TokenFile.Format(drawer));
        return await tx.Commit(drawer, ct);
    }

    private static IReadOnlyList<HardwareToken> Make(BankProfile bank) =>
        [.. bank.HardwareSerials.Select(serial => new HardwareToken(serial, Otp.TokenSecret.Random(HardwareToken.Algorithm)))];

    private async Task Deliver(Tx tx, Institution institution, SerialNumber serial, HardwareToken device, DateTimeOffset now, CancellationToken ct)
    {
        var id = Ids.New(now);
        await tokens.Insert(tx, new Token
        {
            Id = id,
            InstitutionId = institution.Id,
            Kind = TokenKind.Hardware,
            Serial = serial,
            Status = TokenStatus.Unbound,
            Algorithm = HardwareToken.Algorithm,
            Digits = HardwareToken.Digits,
            Period = HardwareToken.Period,
            Secret = secrets.Seal(id, device.Secret),
            IssuedAt = now,
            UnboundSince = now,
        }, ct);
        await journal.Write(tx, new Entry("token.imported", Actor.Operator, institution.Id) { Serial = serial.Value }, now, ct);
    }
}
