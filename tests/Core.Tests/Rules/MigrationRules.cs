using System.Globalization;
using System.Text.RegularExpressions;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>One schema, spelled once for each engine.</summary>
public sealed partial class MigrationRules
{
    private const string Plain = "sqlite";

    // What SQLite orders by leaves of a chain (0006), the others by subject.
    private static readonly string[] Leaves = ["ix_audit_entry_service", "ix_audit_entry_serial"];

    public static TheoryData<string> Engines { get; } = [.. Schema.Engines];

    [Fact]
    public void Every_engine_has_the_same_migrations_under_the_same_names()
    {
        var names = Schema.Engines.ToDictionary(engine => engine, engine => Directory.GetFiles(Path.Combine(Schema.Folder, engine)).Select(Path.GetFileName).Order().ToList());

        names.Keys.ShouldBe(KenshinOtp.Data.Engines.All.Select(engine => engine.Name), ignoreOrder: true);
        foreach (var engine in names.Keys)
            names[engine].ShouldBe(names[Plain], engine);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void The_schema_is_the_same_on_every_engine_but_for_the_spelling_of_text(string engine)
    {
        var (plain, schema) = (Schema.Of(Plain), Schema.Of(engine));

        schema.Tables.Keys.ShouldBe(plain.Tables.Keys);
        foreach (var (table, columns) in schema.Tables)
            columns.ShouldBe(plain.Tables[table].Select(column => column with { Type = Spell(column.Type, engine) }), table);
        schema.Keys.ShouldBe(plain.Keys);
        schema.Indexes.Keys.ShouldBe(plain.Indexes.Keys, ignoreOrder: true);
        schema.Indexes.ExceptBy(Leaves, index => index.Key).ShouldBe(plain.Indexes.ExceptBy(Leaves, index => index.Key), ignoreOrder: true);
    }

    [Fact]
    public void No_index_is_a_copy_of_the_addresses_of_mails() =>
        Schema.Of(Plain).Indexes.Values.Where(index => index.Text.Contains("email", StringComparison.Ordinal) || index.Text.Contains("address", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void No_name_is_a_word_that_an_engine_keeps_for_itself() =>
        Schema.Of(Plain).Names.Where(ReservedWords.Contains).ShouldBeEmpty();

    [Fact]
    public void No_key_allows_an_empty_place_for_SQL_Server_allows_only_one()
    {
        var schema = Schema.Of(Plain);

        foreach (var (table, _, columns) in schema.Sought.Where(sought => sought.Key))
            schema.Tables[table].Where(column => columns.Contains(column.Name) && column.Nullable).ShouldBeEmpty(table);
    }

    [Fact]
    public void Every_key_and_index_is_narrow_enough_for_SQL_Server()
    {
        const int widestKey = 900, widestIndex = 1700; // bytes: clustered, which a primary key is; and not
        var schema = Schema.Of("sqlserver");

        schema.Sought.Count().ShouldBeGreaterThan(30);
        foreach (var (table, key, columns) in schema.Sought)
            schema.Tables[table].Where(column => columns.Contains(column.Name)).Sum(Bytes).ShouldBeLessThanOrEqualTo(key ? widestKey : widestIndex, table);
    }

    /// <summary>Texts compare and sort by their characters; SQL Server holds Japanese in nvarchar.</summary>
    private static string Spell(string type, string engine) => (type is "text" || type.StartsWith("varchar(", StringComparison.Ordinal)) switch
    {
        true when engine == "postgresql" => $"{type} collate \"C\"",
        true when engine == "sqlserver" => $"{(type is "text" ? "nvarchar(max)" : "n" + type)} collate Latin1_General_BIN2",
        _ => type,
    };

    private static int Bytes(Column column) =>
        Length().Match(column.Type) is { Success: true } length ? 2 * int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture) : sizeof(long);

    [GeneratedRegex(@"^nvarchar\((\w+)\)", RegexOptions.None, 5000)]
    private static partial Regex Length();
}
