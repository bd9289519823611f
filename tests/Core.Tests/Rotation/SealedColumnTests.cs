using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using KenshinOtp.Rotation;

namespace KenshinOtp.Core.Tests.Rotation;

public sealed partial class SealedColumnTests
{
    /// <summary>The proofs of keys stay under their own key; answers are called sealed where they are made.</summary>
    [Fact]
    public void Every_column_that_the_schema_calls_sealed_is_known_to_the_rotation()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "db", "migrations", "sqlite");
        var called = new List<string>();
        foreach (var line in Directory.GetFiles(folder, "*.sql").SelectMany(File.ReadLines))
        {
            if (Table().Match(line) is { Success: true } table)
                called.Add(table.Groups[1].Value);
            else if (Column().Match(line) is { Success: true } column)
                called.Add($"{called.Last(name => !name.Contains('.', StringComparison.Ordinal))}.{column.Groups[1].Value}");
        }

        called.Where(name => name.Contains('.', StringComparison.Ordinal)).Append("idempotent_answer.body").Order(StringComparer.Ordinal)
            .ShouldBe(SealedColumn.All.Select(column => column.Name).Append("key_check.proof").Order(StringComparer.Ordinal));
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^create table (\w+)", RegexOptions.None, 5000)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\s+(\w+)\s.*-- sealed\b", RegexOptions.None, 5000)]
    private static partial Regex Column();
}
