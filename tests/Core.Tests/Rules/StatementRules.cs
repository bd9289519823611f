using System.Reflection;
using System.Text.RegularExpressions;
using KenshinOtp.Data;
using KenshinOtp.Rotation;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>
/// One text for every engine: a statement is made of words that are listed here, of the schema's names, and of its own short names. Whoever needs another
/// word shows first that SQLite, PostgreSQL and SQL Server understand it alike.
/// </summary>
public sealed partial class StatementRules
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "select", "from", "join", "left", "on", "where", "and", "or", "not", "exists", "is", "null", "in", "like", "escape", "order", "group", "by", "desc", "as",
        "insert", "into", "values", "update", "set", "delete", "case", "when", "then", "else", "end",
        "count", "min", "max", "coalesce", "lower",
    };

    private static readonly List<Statement> Statements =
    [
        .. from type in typeof(Database).Assembly.GetTypes()
           where !typeof(SqlDialect).IsAssignableFrom(type)
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.FieldType == typeof(string)
           let text = (string)field.GetRawConstantValue()!
           where Beginning().IsMatch(text)
           select new Statement(type.Name, field.Name, text),
        .. from column in SealedColumn.All // the one class that names its table and columns while the program runs
           from property in typeof(SealedColumn).GetProperties(BindingFlags.Instance | BindingFlags.NonPublic)
           where property.PropertyType == typeof(string)
           let text = (string?)property.GetValue(column) ?? ""
           where Beginning().IsMatch(text)
           select new Statement(nameof(SealedColumn), property.Name, text),
    ];

    /// <summary>What is put together while the program runs: the statements and the ends of statements that no constant holds. What only one engine is asked stands in files of its own.</summary>
    private static readonly List<Statement> Spelled =
    [
        .. from file in SourceTree.CSharp("src/Core")
           let name = Path.GetFileNameWithoutExtension(file.Path)
           where !name.EndsWith("Dialect", StringComparison.Ordinal) && !name.StartsWith("Postgres", StringComparison.Ordinal)
           from Match match in Inline().Matches(file.Text)
           select new Statement(name, "in the source", Hole().Replace(match.Groups[1].Value, " ")),
    ];

    [Fact]
    public void Statements_are_made_of_words_that_every_engine_knows()
    {
        var names = Schema.Of("sqlite").Names.Concat(["schema_version", "number", "checksum", "applied_at"]).ToHashSet(StringComparer.Ordinal);

        Statements.Count.ShouldBeGreaterThan(150);
        Statements.Count(statement => statement.Type == nameof(SealedColumn)).ShouldBe(5 * SealedColumn.All.Count);
        Spelled.Count.ShouldBeGreaterThan(150);
        foreach (var statement in Statements.Concat(Spelled))
        {
            var text = Constant().Replace(statement.Text, " ");
            var own = OwnName().Matches(text).Select(match => match.Groups[1].Value).ToList();
            own.Where(ReservedWords.Contains).ShouldBeEmpty(statement.ToString());
            Word().Matches(text).Select(match => match.Value).Where(word => !Words.Contains(word) && !names.Contains(word) && !own.Contains(word) && word.Length > 1)
                .ShouldBeEmpty(statement.ToString());
            Sign().Matches(text).Select(match => match.Value).ShouldBeEmpty(statement.ToString());
        }
    }

    [Fact]
    public void Statements_compare_values_and_never_rows() =>
        Statements.Where(statement => RowComparison().IsMatch(statement.Text)).ShouldBeEmpty();

    [Fact]
    public void The_number_of_rows_is_limited_only_where_their_order_is_settled()
    {
        var uses = SourceTree.CSharp("src/Core").SelectMany(file => Limited().Matches(file.Text).Select(match => (file.Path, file.Text, What: match.Groups[1].Value))).ToList();

        uses.Count.ShouldBeGreaterThan(20);
        uses.Where(use => !Ordered(Path.GetFileNameWithoutExtension(use.Path), use.Text, use.What)).Select(use => $"{use.Path}: {use.What}").ShouldBeEmpty();
    }

    /// <summary>Whether an expression ends with an order: by itself, by its constants, or by all that its variable is ever set to.</summary>
    private static bool Ordered(string type, string source, string expression)
    {
        if (expression.Contains("order by", StringComparison.Ordinal))
            return true;
        if (Variable().Match(expression) is { Success: true } variable)
        {
            var values = ValuesOf(variable.Value, source + string.Concat(SourceTree.CSharp("src/Core/Audit").Select(file => file.Text)));
            return values.Count > 0 && values.TrueForAll(value => Ordered(type, source, value));
        }

        var words = Word().Matches(expression).Select(match => match.Value).ToList();
        var constants = Statements.Where(statement => statement.Type == type && words.Contains(statement.Name)).ToList();
        return constants.Count > 0
            ? constants.TrueForAll(statement => Order().IsMatch(statement.Text))
            : words.Exists(word => source.Split(';').Any(member => member.Contains($" {word} =>") && member.Contains(" order by ")));
    }

    /// <summary>What a variable is set to, or, for a parameter, what its method is called with.</summary>
    private static List<string> ValuesOf(string variable, string source)
    {
        var begins = $"var {variable} = ";
        List<string> values = [.. source.Split(';').Where(line => line.Contains(begins)).Select(line => line[(line.IndexOf(begins, StringComparison.Ordinal) + begins.Length)..])];
        var methods = Method().Matches(source).Where(match => match.Groups[2].Value.Contains($"string {variable},")).Select(match => match.Groups[1].Value).ToList();
        return values.Count > 0 ? values
            : [.. Method().Matches(source).Where(call => methods.Contains(call.Groups[1].Value) && !call.Groups[2].Value.Contains("string ")).Select(call => call.Groups[2].Value + ";")];
    }

    private sealed record Statement(string Type, string Name, string Text)
    {
        public override string ToString() => $"{Type}.{Name}: {Text}";
    }

    [GeneratedRegex(@"^\s*(?:select|insert into|update|delete from)\s", RegexOptions.None, 5000)]
    private static partial Regex Beginning();

    [GeneratedRegex("\"(\\s*(?:select|insert into|update|delete from)\\s(?:\\{(?:[^{}\"]|\"[^\"]*\")*\\}|\\\\\"|[^\"{}])*|\\s+(?:and|where|order by)\\s(?:\\{(?:[^{}\"]|\"[^\"]*\")*\\}|[^\"{}])*)\"", RegexOptions.None, 5000)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:\\\\\")?\\{(?:[^{}\"]|\"[^\"]*\")*\\}(?:\\\\\")?", RegexOptions.None, 5000)]
    private static partial Regex Hole();

    [GeneratedRegex(@"'[^']*'|@\w+|\b\d+\b", RegexOptions.None, 5000)]
    private static partial Regex Constant();

    [GeneratedRegex(@"\bas (\w+)", RegexOptions.None, 5000)]
    private static partial Regex OwnName();

    [GeneratedRegex(@"\w+", RegexOptions.None, 5000)]
    private static partial Regex Word();

    [GeneratedRegex(@"[^\w\s().,=<>+*-]|--", RegexOptions.None, 5000)]
    private static partial Regex Sign();

    [GeneratedRegex(@"(?<!\w)\([^()]*,[^()]*\)\s*(?:[=<>]|in\b)", RegexOptions.None, 5000)]
    private static partial Regex RowComparison();

    [GeneratedRegex(@"\(([^()]+?) \+ \w+\.Dialect\.Limit\(", RegexOptions.None, 5000)]
    private static partial Regex Limited();

    [GeneratedRegex(@"\b[a-z]\w*$", RegexOptions.None, 5000)]
    private static partial Regex Variable();

    [GeneratedRegex(@"(\w+)\(([^()]*)\)", RegexOptions.None, 5000)]
    private static partial Regex Method();

    [GeneratedRegex(@"\border by [\w., ]+\s*$", RegexOptions.None, 5000)]
    private static partial Regex Order();
}
