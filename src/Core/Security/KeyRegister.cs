using System.Security.Cryptography;
using KenshinOtp.Data;

namespace KenshinOtp.Security;

/// <summary>What the database knows of the master keys.</summary>
/// <param name="Current">The key that seals; null in a database that is new.</param>
/// <param name="Earlier">The keys that sealed before it, the oldest first.</param>
/// <param name="Prepared">The key that is to seal next, or null.</param>
/// <param name="Resealing">Whether values may still be sealed with an earlier key because a rotation has not come to its end.</param>
/// <param name="Discarded">The keys that were prepared and given up before they sealed anything, the oldest first. No other key gets their names: a copy may turn up.</param>
public sealed record KeyStand(string? Current, IReadOnlyList<string> Earlier, string? Prepared, bool Resealing, IReadOnlyList<string> Discarded);

/// <summary>
/// The rows of keys. Which key seals is said here, for all processes at once, and not by what lies in the directory of one host. Each row holds a proof, sealed
/// with its key and bound to the row: a row that was made up does not count, and another key under the same name is found out.
/// </summary>
/// <remarks>Rows are <c>NNNN</c> for a key that seals or has sealed, <c>NNNN.next</c> for one that is prepared, <c>NNNN.open</c> while a rotation to it is under way,
/// <c>NNNN.gone</c> for one that was prepared and given up.</remarks>
public sealed class KeyRegister(Sealer sealer)
{
    private const string SelectRows = "select key_id, proof from key_check order by key_id";

    private const string InsertRow =
        "insert into key_check (key_id, proof) select @RowId, @Proof where not exists (select 1 from key_check where key_id = @RowId)";

    private const string DeleteRow = "delete from key_check where key_id = @RowId";

    private const string Next = ".next", Open = ".open", Gone = ".gone";

    private static readonly byte[] Known = "kenshin-otp"u8.ToArray();

    /// <summary>Reads the rows and opens the proof of every key that is at hand.</summary>
    /// <exception cref="KeyMissingException">The key that seals is not at hand; or a proof was made with another key than the one at hand.</exception>
    public async Task<KeyStand> Read(Session session, CancellationToken ct)
    {
        var rows = await session.List<Row>(SelectRows, args: null, ct);
        var used = rows.Where(row => !row.KeyId.Contains('.', StringComparison.Ordinal)).Select(row => row.KeyId).ToList();
        var current = used.LastOrDefault();
        foreach (var row in rows)
            Prove(row, required: row.KeyId == current);
        return new(
            current,
            used[..^Math.Min(1, used.Count)],
            Named(rows, Next).FirstOrDefault(),
            rows.Any(row => row.KeyId == current + Open),
            Named(rows, Gone));
    }

    /// <summary>The first key of a new database.</summary>
    public Task Begin(Tx tx, string keyId, CancellationToken ct) => Insert(tx, keyId, keyId, ct);

    /// <returns>False if it is prepared already.</returns>
    public Task<bool> Prepare(Tx tx, string keyId, CancellationToken ct) => Insert(tx, keyId, keyId + Next, ct);

    /// <summary>Gives up a key that is prepared. The row that remembers it is sealed with the key that seals: nobody has the other.</summary>
    /// <returns>False if it is prepared no more.</returns>
    public async Task<bool> Discard(Tx tx, string keyId, string currentId, CancellationToken ct) =>
        await Unprepare(tx, keyId, ct) && await Insert(tx, currentId, keyId + Gone, ct);

    /// <summary>From the commit on, every process that looks seals with this key. It is prepared no more, also where another call has prepared it meanwhile.</summary>
    /// <returns>False if it is the one already, or had to be prepared and is no more.</returns>
    public async Task<bool> Activate(Tx tx, string keyId, bool mustBePrepared, CancellationToken ct) =>
        (await Unprepare(tx, keyId, ct) || !mustBePrepared) && await Insert(tx, keyId, keyId, ct) && await Insert(tx, keyId, keyId + Open, ct);

    /// <summary>Nothing is sealed with an earlier key any more.</summary>
    /// <returns>False if another process was first to say so.</returns>
    public async Task<bool> Finish(Tx tx, string keyId, CancellationToken ct) => await tx.Execute(DeleteRow, new { RowId = keyId + Open }, ct) == 1;

    /// <returns>False if it was not prepared.</returns>
    private static async Task<bool> Unprepare(Tx tx, string keyId, CancellationToken ct) => await tx.Execute(DeleteRow, new { RowId = keyId + Next }, ct) == 1;

    /// <exception cref="KeyMissingException">The key is not at hand.</exception>
    private async Task<bool> Insert(Tx tx, string keyId, string rowId, CancellationToken ct) =>
        await tx.Execute(InsertRow, new { RowId = rowId, Proof = sealer.Seal(Known, Place(rowId), keyId) }, ct) == 1;

    private void Prove(Row row, bool required)
    {
        try
        {
            sealer.Open(row.Proof, Place(row.KeyId));
        }
        catch (KeyMissingException) when (!required)
        {
            // An earlier key that serves no more, or a prepared one that this host has yet to be given.
        }
        catch (CryptographicException)
        {
            throw new KeyMissingException(row.KeyId.Split('.')[0]);
        }
    }

    private static List<string> Named(IEnumerable<Row> rows, string ending) =>
        [.. rows.Where(row => row.KeyId.EndsWith(ending, StringComparison.Ordinal)).Select(row => row.KeyId[..^ending.Length])];

    private static string Place(string rowId) => $"key_check/{rowId}";

    private sealed class Row
    {
        public string KeyId { get; init; } = "";
        public string Proof { get; init; } = "";
    }
}
