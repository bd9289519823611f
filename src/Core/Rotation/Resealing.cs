using System.Security.Cryptography;
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
    private const int PageSize = 500, Listed = 10;

    /// <param name="keyId">The new key, which the database names already.</param>
    /// <param name="progress">Told from time to time: the part of the work, done, to be done.</param>
    /// <param name="ct">Ends the work, at any time without harm.</param>
    public async Task<Resealed> Run(string keyId, Action<string, long, long> progress, CancellationToken ct)
    {
        var total = await Count(keyId, ct);
        var values = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var pass = new Pass(database, sealer, keyId, values, done => progress("re-sealing", done, Math.Max(total, done)));
        await pass.Run(ct);

        // By now every running process seals with the new key. What one of them had sealed with the key before meets another pass.
        progress("waiting for running processes", 0, 1);
        await Task.Delay(KeyWatch.Settled, time, ct);
        progress("waiting for running processes", 1, 1);
        do
            pass = new Pass(database, sealer, keyId, values, _ => { });
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

    /// <summary>Once through all columns.</summary>
    private sealed class Pass(
        Database database, Sealer sealer, string keyId, SortedDictionary<string, long> values, Action<long> progress)
    {
        private readonly List<Unopened> _unopened = [];
        private long _done;
        private bool _again;

        public long UnopenedCount { get; private set; }

        public IReadOnlyList<Unopened> Unopened => _unopened;

        /// <returns>Whether anything was found that another pass may have to look after.</returns>
        public async Task<bool> Run(CancellationToken ct)
        {
            progress(0);
            foreach (var column in SealedColumn.All)
                for (var owner = await NextOwner(column, after: null, ct); owner is not null; owner = await NextOwner(column, owner, ct))
                    await Through(column, owner, ct);
            return _again;
        }

        private async Task<string?> NextOwner(SealedColumn column, string? after, CancellationToken ct)
        {
            await using var session = await database.Read(ct);
            return await column.NextOwner(session, after, ct);
        }

        private async Task Through(SealedColumn column, string owner, CancellationToken ct)
        {
            var after = "";
            IReadOnlyList<SealedValue> page;
            do
            {
                await using (var session = await database.Read(ct))
                    page = await column.Page(session, keyId, owner, after, PageSize, ct);
                if (page.Count == 0)
                    return;
                await Replace(column, [.. Reseal(column, page)], ct);
                after = page[^1].Id;
                progress(_done += page.Count);
            }
            while (page.Count == PageSize);
        }

        /// <summary>In the order in which the page was read, whoever else is at it: two processes that lock rows in one order do not block each other.</summary>
        private async Task Replace(SealedColumn column, List<(SealedValue Value, string Resealed)> page, CancellationToken ct)
        {
            if (page.Count == 0)
                return;
            var replaced = 0;
            await using (var tx = await database.Begin(ct))
            {
                foreach (var (value, resealed) in page)
                    replaced += await column.Replace(tx, value, resealed, ct) ? 1 : 0;
                await tx.Commit(ct);
            }

            _again = true;
            values[column.Name] = values.GetValueOrDefault(column.Name) + replaced;
        }

        private IEnumerable<(SealedValue Value, string Resealed)> Reseal(SealedColumn column, IReadOnlyList<SealedValue> page)
        {
            foreach (var value in page)
                if (TryReseal(column, value) is { } resealed)
                    yield return (value, resealed);
        }

        private string? TryReseal(SealedColumn column, SealedValue value)
        {
            try
            {
                var place = column.Place(value);
                var plaintext = sealer.Open(value.Text, place);
                var resealed = sealer.Seal(plaintext, place, keyId);
                CryptographicOperations.ZeroMemory(plaintext);
                return resealed;
            }
            catch (Exception e) when (e is CryptographicException or KeyMissingException)
            {
                UnopenedCount++;
                if (_unopened.Count < Listed)
                    _unopened.Add(new(column.Name, value.Id, e is KeyMissingException ? e.Message : "The value was changed, or moved here from another row."));
                return null;
            }
        }
    }
}
