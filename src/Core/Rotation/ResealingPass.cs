using System.Security.Cryptography;
using KenshinOtp.Data;
using KenshinOtp.Security;

namespace KenshinOtp.Rotation;

/// <summary>Once through all columns, a page at a time.</summary>
/// <param name="database">Where the values are.</param>
/// <param name="sealer">Opens and seals them.</param>
/// <param name="keyId">The new key.</param>
/// <param name="values">How many were sealed anew, by table and column: those of this pass are added.</param>
/// <param name="progress">Told from time to time: done.</param>
internal sealed class ResealingPass(
    Database database, Sealer sealer, string keyId, SortedDictionary<string, long> values, Action<long> progress)
{
    private const int PageSize = 500, Listed = 10;

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
