using KenshinOtp.Data;

namespace KenshinOtp.Moving;

/// <summary>The tables of a SQLite database that hold what the service keeps, by the database's own word: a later migration's tables are among them by themselves.</summary>
internal static class MovableTables
{
    /// <summary>A program that starts on the new database in the meantime wants to write its key there first of all, and waits.</summary>
    private const string First = "key_check";

    /// <returns>Each table after those that its rows point to.</returns>
    public static async Task<IReadOnlyList<string>> InOrder(Session source, CancellationToken ct)
    {
        var parents = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var name in (await source.List<string>(SqliteDialect.SelectTables, args: null, ct)).Where(name => name != Migrator.Table).OrderBy(name => name != First))
            parents.Add(name, await source.List<string>(SqliteDialect.SelectParents, new { Name = name }, ct));

        var ordered = new List<string>();
        while (ordered.Count < parents.Count)
        {
            var next = parents.Where(table => !ordered.Contains(table.Key) && table.Value.All(ordered.Contains)).Select(table => table.Key).ToList();
            if (next.Count == 0)
                throw new InvalidOperationException("Tables point to each other in a circle.");
            ordered.AddRange(next);
        }

        return ordered;
    }
}
