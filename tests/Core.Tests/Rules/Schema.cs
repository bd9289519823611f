using System.Text.RegularExpressions;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>A column as its migration spells it: the type with its collation, and what follows, which is a key, a reference, or nothing.</summary>
internal sealed record Column(string Name, string Type, bool Nullable, string Suffix);

/// <summary>What the migrations of one engine make, read from their plain text. Migrations stay plain: whatever this reader does not know is a fault.</summary>
internal sealed partial class Schema
{
    public static readonly string Folder = Path.Combine(SourceTree.Root, "db", "migrations");

    /// <summary>Tables by name, their columns in order.</summary>
    public Dictionary<string, List<Column>> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys over several columns, by table.</summary>
    public List<(string Table, string Text)> Keys { get; } = [];

    /// <summary>Indexes by name.</summary>
    public Dictionary<string, (string Table, string Text)> Indexes { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => Tables.Keys.Concat(Tables.Values.SelectMany(columns => columns).Select(column => column.Name)).Concat(Indexes.Keys);

    public static IReadOnlyList<string> Engines { get; } = [.. Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public static Schema Of(string engine)
    {
        var schema = new Schema();
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, engine), "*.sql").Order(StringComparer.Ordinal))
        {
            foreach (var statement in Comment().Replace(File.ReadAllText(file), "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                schema.Read(Blanks().Replace(statement, " "));
        }

        return schema;
    }

    /// <summary>Every key and index: which table, and the columns.</summary>
    public IEnumerable<(string Table, bool Key, string[] Columns)> Sought =>
        Keys.Select(key => (key.Table, true, Listed(key.Text)))
            .Concat(Indexes.Values.Select(index => (index.Table, false, Listed(index.Text))))
            .Concat(Tables.SelectMany(table => table.Value.Where(column => IsKey().IsMatch(column.Suffix)).Select(column => (table.Key, true, new[] { column.Name }))));

    private static string[] Listed(string text) => Columns().Match(text).Groups[1].Value.Split(", ");

    private void Read(string statement)
    {
        if (CreateTable().Match(statement) is { Success: true } table)
        {
            Tables.Add(table.Groups["name"].Value, []);
            foreach (var item in Comma().Split(table.Groups["body"].Value))
                ReadItem(table.Groups["name"].Value, item.Trim());
        }
        else if (CreateIndex().Match(statement) is { Success: true } index)
        {
            Indexes.Add(index.Groups["name"].Value, (index.Groups["table"].Value, index.Groups["rest"].Value));
        }
        else if (AddColumn().Match(statement) is { Success: true } added)
        {
            ReadItem(added.Groups["table"].Value, added.Groups["column"].Value);
        }
        else if (DropIndex().Match(statement) is { Success: true } dropped)
        {
            Indexes.Remove(dropped.Groups["name"].Value).ShouldBeTrue(statement);
        }
        else if (!Statistics().IsMatch(statement))
        {
            throw new FormatException($"Not plain: {statement}");
        }
    }

    private void ReadItem(string table, string item)
    {
        if (ManyColumns().IsMatch(item))
            Keys.Add((table, item));
        else if (OneColumn().Match(item) is { Success: true } column)
            Tables[table].Add(new(column.Groups["name"].Value, column.Groups["type"].Value, column.Groups["null"].Value == "null", column.Groups["rest"].Value.Trim()));
        else
            throw new FormatException($"Not plain, in {table}: {item}");
    }

    [GeneratedRegex("--[^\n]*", RegexOptions.None, 5000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+", RegexOptions.None, 5000)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^create table (?<name>\w+) \((?<body>.*?)\)(?: with \(fillfactor = \d+\))?$", RegexOptions.None, 5000)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"^create index (?<name>\w+) on (?<table>\w+) (?<rest>\([\w, /]+\)(?: where \w+ (?:is not null|= '\w+'|[=>] \d+))?)$", RegexOptions.None, 5000)]
    private static partial Regex CreateIndex();

    [GeneratedRegex(@"^drop index (?<name>\w+)(?: on \w+)?$", RegexOptions.None, 5000)]
    private static partial Regex DropIndex();

    [GeneratedRegex("^(?:analyze |delete from sqlite_stat1 |insert into sqlite_stat1 )", RegexOptions.None, 5000)]
    private static partial Regex Statistics();

    [GeneratedRegex(@"^alter table (?<table>\w+) add (?<column>.*)$", RegexOptions.None, 5000)]
    private static partial Regex AddColumn();

    [GeneratedRegex(@",(?![^(]*\))", RegexOptions.None, 5000)]
    private static partial Regex Comma();

    [GeneratedRegex(@"^(?:unique|primary key) \([\w, ]+\)$", RegexOptions.None, 5000)]
    private static partial Regex ManyColumns();

    [GeneratedRegex("^(?<name>\\w+) (?<type>\\w+(?:\\(\\w+\\))?(?: collate [\\w\"]+)?) (?<null>not null|null)(?<rest>(?: primary key| unique| references \\w+ \\(id\\))*)$", RegexOptions.None, 5000)]
    private static partial Regex OneColumn();

    [GeneratedRegex(@"\(([^)]*)\)", RegexOptions.None, 5000)]
    private static partial Regex Columns();

    [GeneratedRegex("primary key|unique", RegexOptions.None, 5000)]
    private static partial Regex IsKey();
}
