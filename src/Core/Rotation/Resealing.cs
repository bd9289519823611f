using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Rotation;

/// <summary>A value that does not open.</summary>
/// <param name="Column">Table and column.</param>
/// <param name="Id">The row.</param>
/// <param name="Reason">Why not.</param>
public sealed record Unopened(string Column, string Id, string Reason);

/// <summary>What a re-sealing came to.</summary>
/// <param name="Values">How many values were sealed anew, by table and column; columns without any are left out.</param>
/// <param name="UnopenedCount">How many values do not open, and stay as they are.</param>
/// <param name="Unopened">The first of them.</param>
public sealed record Resealed(IReadOnlyDictionary<string, long> Values, long UnopenedCount, IReadOnlyList<Unopened> Unopened)
{
    public long Total => Values.Values.Sum();
}

/// <summary>
/// Seals with a new key what is sealed with others, some hundred values at a time, beside the running service. What is done stays done, wherever it is stopped.
/// </summary>
public sealed class Resealing(Database database, Sealer sealer, TimeProvider time)
{
    /// <param name="keyId">The new key, which the database names already.</param>
    /// <param name="progress">Told from time to time: the part of the work, done, to be done.</param>
    /// <param name="ct">Ends the work, at any time without harm.</param>
    public async Task<Resealed> Run(string keyId, Action<string, long, long> progress, CancellationToken ct)
    {
        var total = await Count(keyId, ct);
        var values = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var pass = new ResealingPass(database, sealer, keyId, values, done => progress("re-sealing", done, Math.Max(total, done)));
        await pass.Run(ct);

        // By now every running process seals with the new key. What one of them had sealed with the key before meets another pass.
        progress("waiting for running processes", 0, 1);
        await Task.Delay(KeyWatch.Settled, time, ct);
        progress("waiting for running processes", 1, 1);
        do
            pass = new ResealingPass(database, sealer, keyId, values, _ => { });
        while (await pass.Run(ct));

        return new(values, pass.UnopenedCount, pass.Unopened);
    }

    private async Task<long> Count(string keyId, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var total = 0L;
        foreach (var column in SealedColumn.All)
            total += await column.CountWithout(session, keyId, ct);
        return total;
    }
}
