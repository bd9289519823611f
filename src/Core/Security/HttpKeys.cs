using System.Data.Common;
using System.Text;
using KenshinOtp.Data;

namespace KenshinOtp.Security;

/// <summary>
/// The keys of cookies and forms, in the form that the web framework gives them: rows, so that every node has the same, each sealed as a whole under the
/// master key.
/// </summary>
public sealed class HttpKeys(Database database, Sealer sealer, TimeProvider time)
{
    private const string SelectAll = "select id, element from http_key order by id";
    private const string InsertRow = "insert into http_key (id, element, created_at) values (@Id, @Element, @Now)";

    public async Task<IReadOnlyList<string>> All(CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return [.. (await session.List<Row>(SelectAll, args: null, ct)).Select(row => Encoding.UTF8.GetString(sealer.Open(row.Element, Place(row.Id))))];
    }

    /// <param name="id">At most 64 characters. Of nodes that need a key at once, the first under one id has made it for all.</param>
    /// <param name="element">The key.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>False if there is one of that id already.</returns>
    public async Task<bool> Add(string id, string element, CancellationToken ct)
    {
        try
        {
            await using var tx = await database.Begin(ct);
            var row = new { Id = id, Element = sealer.Seal(Encoding.UTF8.GetBytes(element), Place(id)), Now = time.GetUtcNow().ToRow() };
            await tx.Execute(InsertRow, row, ct);
            return await tx.Commit(true, ct);
        }
        catch (DbException e) when (database.Dialect.IsUniqueViolation(e))
        {
            return false;
        }
    }

    internal static string Place(string id) => $"http_key/{id}";

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Element { get; init; } = "";
    }
}
