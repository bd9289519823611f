using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>What nobody asks for any more goes: words of the pages, and classes of their style sheets.</summary>
public sealed partial class UnusedRules
{
    private static readonly string Api = Path.Combine(SourceTree.Root, "src", "Api");
    private static readonly string Pages = Path.Combine(Api, "Pages");
    private static readonly string Assets = Path.Combine(Api, "wwwroot");

    [Theory]
    [InlineData("Portal", 400)]
    [InlineData("Staff", 500)]
    public void Every_word_is_asked_for(string family, int atLeast)
    {
        var asked = string.Concat(Files(Path.Combine(Pages, family), ".cs", ".cshtml").Concat(Directory.GetFiles(Pages, "*.cs*")).Select(File.ReadAllText));
        var whole = Literal().Matches(asked).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var composed = Composed(asked).ToList();
        var parts = SourceTree.CSharp("src").SelectMany(file => Part().Matches(file.Text)).Select(match => match.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var keys = Directory.GetFiles(Path.Combine(Pages, family), "*.resx").SelectMany(KeysOf).Distinct(StringComparer.Ordinal).ToList();

        keys.Count.ShouldBeGreaterThan(atLeast);
        keys.Where(key => !whole.Contains(key) && !composed.Exists(form => IsComposed(key, form))).ShouldBeEmpty();

        // What stands for a part of the key is a name of the program's: of a state, of a page, of a policy key.
        bool IsComposed(string key, Regex form) => form.Match(key) is { Success: true } match
            && match.Groups.Values.Skip(1).All(part => whole.Contains(part.Value) || Part().Matches(part.Value).All(word => parts.Contains(word.Value)));
    }

    [Fact]
    public void Every_class_of_a_style_sheet_is_put_on_something()
    {
        var used = Files(Pages, ".cs", ".cshtml").Concat(Files(Assets, ".js", ".html")).Select(File.ReadAllText).ToList();
        var whole = used.SelectMany(text => Mentioned().Matches(text)).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var beginnings = used.SelectMany(text => Begun().Matches(text)).Select(match => match.Groups["class"].Value).Distinct(StringComparer.Ordinal).ToList();
        var classes = Files(Assets, ".css").SelectMany(file => Selector().Matches(CssComment().Replace(File.ReadAllText(file), "")))
            .SelectMany(selector => Class().Matches(selector.Value)).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();

        classes.Count.ShouldBeGreaterThan(200);
        classes.Where(name => !whole.Contains(name) && !beginnings.Exists(begun => name.StartsWith(begun, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_element_of_a_style_sheet_is_on_some_page()
    {
        var pages = string.Concat(Files(Pages, ".cs", ".cshtml").Concat(Files(Assets, ".js", ".html")).Select(File.ReadAllText));
        var made = Made().Matches(pages).Select(match => match.Groups["element"].Value).ToHashSet(StringComparer.Ordinal);
        var elements = Files(Assets, ".css").SelectMany(file => Selector().Matches(CssComment().Replace(File.ReadAllText(file), "")))
            .Where(selector => !selector.Value.TrimStart().StartsWith('@'))
            .SelectMany(selector => Element().Matches(NotElement().Replace(selector.Value, ""))).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();

        elements.Count.ShouldBeGreaterThan(30);
        elements.Where(name => !made.Contains(name)).ShouldBeEmpty();
    }

    /// <summary>The forms of keys that are put together: <c>"Mode_" + mode</c>, <c>$"Mode_{mode}Why"</c>, <c>key + "Title"</c>, <c>Word("Job", name)</c>.</summary>
    private static IEnumerable<Regex> Composed(string asked) => Template().Matches(asked).Select(match => match.Groups[1].Value)
        .Concat(Before().Matches(asked).Select(match => match.Groups[1].Value + "{}"))
        .Concat(After().Matches(asked).Select(match => "{}" + match.Groups[1].Value))
        .Concat(Kind().Matches(asked).Select(match => match.Groups[1].Value + "_{}"))
        .Distinct(StringComparer.Ordinal)
        .Where(form => Hole().Replace(form, "").Any(char.IsLetter))
        .Select(form => new Regex($"^{Hole().Replace(form, "([\\w -]*)")}$", RegexOptions.None, TimeSpan.FromSeconds(5)));

    private static IEnumerable<string> KeysOf(string file) => XDocument.Load(file).Root!.Elements("data").Select(data => data.Attribute("name")!.Value);

    private static IEnumerable<string> Files(string folder, params string[] endings) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => endings.Contains(Path.GetExtension(file), StringComparer.Ordinal));

    [GeneratedRegex("\"(\\w+)\"", RegexOptions.None, 5000)]
    private static partial Regex Literal();

    [GeneratedRegex("\"((?:\\w|\\{(?:[^{}\"]|\"[^\"]*\")*\\})*\\{(?:[^{}\"]|\"[^\"]*\")*\\}(?:\\w|\\{(?:[^{}\"]|\"[^\"]*\")*\\})*)\"", RegexOptions.None, 5000)]
    private static partial Regex Template();

    [GeneratedRegex("\\{(?:[^{}\"]|\"[^\"]*\")*\\}", RegexOptions.None, 5000)]
    private static partial Regex Hole();

    [GeneratedRegex("\"(\\w+_|\\w+(?=\" \\+))\"", RegexOptions.None, 5000)]
    private static partial Regex Before();

    [GeneratedRegex("\\+ \"(\\w+)\"", RegexOptions.None, 5000)]
    private static partial Regex After();

    [GeneratedRegex("\\bWord\\(\"(\\w+)\"", RegexOptions.None, 5000)]
    private static partial Regex Kind();

    [GeneratedRegex("[A-Z]?[a-z0-9]+", RegexOptions.None, 5000)]
    private static partial Regex Part();

    [GeneratedRegex("(?<=[\"'`\\s=])[A-Za-z][\\w-]*(?=[\"'`\\s@])", RegexOptions.None, 5000)]
    private static partial Regex Mentioned();

    [GeneratedRegex("[\"'`\\s](?<class>[A-Za-z][\\w-]*-)[@{$\"']|class=(?<class>[a-z]+)' \\+", RegexOptions.None, 5000)]
    private static partial Regex Begun();

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline, 5000)]
    private static partial Regex CssComment();

    [GeneratedRegex(@"[^{}]+(?=\{)", RegexOptions.None, 5000)]
    private static partial Regex Selector();

    [GeneratedRegex(@"\.([A-Za-z_][\w-]*)", RegexOptions.None, 5000)]
    private static partial Regex Class();

    [GeneratedRegex(@"<(?<element>[a-z][a-z0-9]*)|\b(?:h|svg|add|tagged|text|keyed|createElement)\((?:\w+, )?'(?<element>[a-z][a-z0-9]*)", RegexOptions.None, 5000)]
    private static partial Regex Made();

    [GeneratedRegex(@"\[[^\]]*\]|:lang\([^)]*\)", RegexOptions.None, 5000)]
    private static partial Regex NotElement();

    [GeneratedRegex(@"(?<![\w.#:%-])[a-z][a-z0-9]*(?![\w-])", RegexOptions.None, 5000)]
    private static partial Regex Element();
}
