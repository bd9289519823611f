using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>Conventions of the source, kept by reading it.</summary>
public sealed partial class SourceRules
{
    private static readonly string Root = SourceTree.Root;

    /// <summary>What is noted of the centre as a whole: no institution's staff sees it.</summary>
    private static readonly string[] OfNoInstitution = ["audit.archived", "audit.headRenewed", "database.moved", "keys.activated", "keys.discarded", "keys.prepared", "keys.rotated"];

    [Fact]
    public void Only_the_data_slice_knows_Dapper() =>
        Sources("src").Where(file => !file.Path.Contains("/Core/Data/") && file.Text.Contains("using Dapper")).Select(file => file.Path).ShouldBeEmpty();

    [Fact]
    public void Statements_stand_in_stores_and_nowhere_in_hosts() =>
        Sources("src/Api").Concat(Sources("src/Worker")).Where(file => SqlConstant().IsMatch(file.Text)).Select(file => file.Path).ShouldBeEmpty();

    [Fact]
    public void Every_action_of_the_audit_trail_has_words_for_the_staff_and_can_be_asked_for()
    {
        var actions = Sources("src").SelectMany(file => AuditAction().Matches(file.Text)).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();

        actions.Count.ShouldBeGreaterThan(40);
        foreach (var language in new[] { "StaffTexts.resx", "StaffTexts.en.resx" })
        {
            var words = File.ReadAllText(Path.Combine(Root, "src", "Api", "Pages", "Staff", language));
            actions.Where(action => !words.Contains($"\"Event_{action.Replace('.', '_')}\"", StringComparison.Ordinal)).ShouldBeEmpty(language);
        }

        var page = File.ReadAllText(Path.Combine(Root, "src", "Api", "Pages", "Staff", "Audit.cshtml.cs"));
        actions.Where(action => !page.Contains($"\"{action}\"", StringComparison.Ordinal)).ShouldBe(OfNoInstitution, ignoreOrder: true);
    }

    [Theory]
    [InlineData("Portal")]
    [InlineData("Staff")]
    public void Every_word_that_a_page_asks_for_stands_in_both_languages(string family)
    {
        var folder = Path.Combine(Root, "src", "Api", "Pages", family);
        var asked = Directory.GetFiles(folder).Concat(Directory.GetFiles(Path.GetDirectoryName(folder)!, "*.cshtml")).Where(file => !file.EndsWith(".resx", StringComparison.Ordinal))
            .SelectMany(file => AskedWord().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();
        var words = Directory.GetFiles(folder, "*.resx").ToLookup(file => file.EndsWith(".en.resx", StringComparison.Ordinal), File.ReadAllText);

        asked.Count.ShouldBeGreaterThan(50);
        foreach (var texts in words)
            asked.Where(key => !texts.Any(text => text.Contains($"name=\"{key}\"", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Log_messages_carry_ids_only() =>
        Sources("src").SelectMany(file => LogTemplate().Matches(file.Text)).SelectMany(match => Placeholder().Matches(match.Value))
            .Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)
            .ShouldBeSubsetOf(["MailId", "Verdict", "Attempt", "Job", "Count", "Milliseconds", "Reference", "Fault"]);

    [Theory]
    [InlineData("Core", "Outbox/SystemNetMailTransport.cs", "Outbox/MailKitTransport.cs")]
    [InlineData("Worker", "Jobs/QuartzEngine.cs", "Jobs/HangfireEngine.cs")]
    public void Each_choice_of_the_package_sets_is_one_file_of_which_one_is_compiled(string project, string mirror, string full)
    {
        var folder = Path.Combine(Root, "src", project);
        var build = XDocument.Load(Path.Combine(folder, $"{project}.csproj"));

        foreach (var (file, removedWhere) in new[] { (mirror, "'$(PackageSet)' == 'Full'"), (full, "'$(PackageSet)' != 'Full'") })
        {
            File.Exists(Path.Combine(folder, file)).ShouldBeTrue(file);
            build.Descendants("Compile").Single(element => element.Attribute("Remove")?.Value == file).Parent!.Attribute("Condition")!.Value.ShouldBe(removedWhere);
        }
    }

    [Theory]
    [InlineData("src/Api/Api.csproj")]
    [InlineData("samples/DemoBank/DemoBank.csproj")]
    public void A_web_program_under_dotnet_run_stays_in_the_folder_of_whoever_starts_it_as_the_worker_does(string project)
    {
        var build = XDocument.Load(Path.Combine(Root, project));

        build.Root!.Attribute("Sdk")!.Value.ShouldBe("Microsoft.NET.Sdk.Web");
        build.Descendants("EnableDefaultRunWorkingDirectory").Single().Value.ShouldBe("false");
    }

    [Fact]
    public void The_libraries_of_a_package_set_stand_in_its_own_files_alone() =>
        Sources("src").Where(file => OfOneSet().IsMatch(file.Text)).Select(file => Path.GetFileName(file.Path)).Order(StringComparer.Ordinal)
            .ShouldBe(["HangfireEngine.cs", "MailKitTransport.cs", "QuartzEngine.cs", "SystemNetMailTransport.cs"]);

    [Fact]
    public void No_source_is_compiled_in_parts() =>
        Sources("src").Concat(Sources("samples")).Where(file => Conditional().IsMatch(file.Text)).Select(file => file.Path).ShouldBeEmpty();

    private static IEnumerable<(string Path, string Text)> Sources(string folder) => SourceTree.CSharp(folder);

    [GeneratedRegex("\"{1,3}\\s*(?:select|insert into|update|delete from|where|order by)\\s[^\"]+\"", RegexOptions.None, 5000)]
    private static partial Regex SqlConstant();

    [GeneratedRegex("\"([a-z][A-Za-z]*\\.[a-z][a-zA-Z]+)\"", RegexOptions.None, 5000)]
    private static partial Regex AuditAction();

    [GeneratedRegex("\\b(?:T|X|texts|words)\\[\"([A-Za-z]+_[A-Za-z0-9_]*[A-Za-z0-9])\"[\\],]", RegexOptions.None, 5000)]
    private static partial Regex AskedWord();

    [GeneratedRegex(@"^using (?:\w+ = )?(?:Cronos|Hangfire|MailKit|MimeKit|Quartz|System\.Net\.Mail)\b", RegexOptions.Multiline, 5000)]
    private static partial Regex OfOneSet();

    [GeneratedRegex(@"^\s*#(?:if|elif|else)\b", RegexOptions.Multiline, 5000)]
    private static partial Regex Conditional();

    [GeneratedRegex("LoggerMessage\\([^)]*Message = \"[^\"]*\"", RegexOptions.None, 5000)]
    private static partial Regex LogTemplate();

    [GeneratedRegex(@"\{(\w+)", RegexOptions.None, 5000)]
    private static partial Regex Placeholder();
}
