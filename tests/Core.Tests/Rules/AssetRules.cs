using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using KenshinOtp.Institutions;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>Conventions of the files that go to phones.</summary>
public sealed partial class AssetRules
{
    private static readonly string Assets = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "src", "Api", "wwwroot"));

    [Fact]
    public void The_service_worker_names_the_version_of_exactly_these_files()
    {
        var worker = File.ReadAllText(Path.Combine(Assets, "app", "sw.js"));
        var list = FileList().Match(worker).Value;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in FileName().Matches(list).Select(match => match.Groups["path"].Value))
            hash.AppendData(File.ReadAllBytes(Path.Combine(Assets, path == "/app/" ? "app/index.html" : path.TrimStart('/'))));

        Version().Match(worker).Groups["version"].Value.ShouldBe(Convert.ToHexStringLower(hash.GetHashAndReset())[..12], "phones update by this version");
    }

    [Fact]
    public void The_service_worker_of_the_lite_page_names_the_hashes_of_exactly_these_files()
    {
        var lite = new DirectoryInfo(Path.Combine(Assets, "k"));
        var named = FileHash().Matches(File.ReadAllText(Path.Combine(lite.FullName, "sw.js"))).Select(match => (match.Groups["file"].Value, match.Groups["hash"].Value));

        named.ShouldBe(
            lite.GetFiles().Where(file => file.Name != "sw.js")
                .Select(file => (file.Name == "index.html" ? "./" : file.Name, Convert.ToBase64String(SHA256.HashData(File.ReadAllBytes(file.FullName))))),
            ignoreOrder: true,
            "the browser keeps no other files");
    }

    [Fact]
    public void The_app_keeps_the_code_of_a_mail_as_long_as_any_institution_lets_it_live()
    {
        var hours = 24 * int.Parse(PendingDays().Match(File.ReadAllText(Path.Combine(Assets, "app", "store.js"))).Groups["days"].Value, CultureInfo.InvariantCulture);
        Policy? With(int life) => PolicyKeys.Find("downloadCodeHours")!.TrySet(Presets.Find(Presets.Kenshin)!, life.ToString(CultureInfo.InvariantCulture));

        With(hours).ShouldNotBeNull();
        With(hours + 1).ShouldBeNull("a code may live longer than the app keeps it");
    }

    [Fact]
    public void The_whole_lite_page_is_at_most_30_KB() =>
        new DirectoryInfo(Path.Combine(Assets, "k")).GetFiles("*", SearchOption.AllDirectories).Sum(file => file.Length).ShouldBeLessThanOrEqualTo(30 * 1024);

    [Fact]
    public void The_service_worker_keeps_every_file_that_the_app_loads()
    {
        var list = FileList().Match(File.ReadAllText(Path.Combine(Assets, "app", "sw.js"))).Value;
        var app = new DirectoryInfo(Path.Combine(Assets, "app")).GetFiles("*", SearchOption.AllDirectories)
            .Select(file => "/app/" + Path.GetRelativePath(Path.Combine(Assets, "app"), file.FullName).Replace('\\', '/'))
            .Except(["/app/index.html", "/app/sw.js", "/app/icons/maskable.svg"], StringComparer.Ordinal);

        FileName().Matches(list).Select(match => match.Groups["path"].Value).ShouldBe(app.Concat(["/app/", "/shared/tokens.css"]), ignoreOrder: true);
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere_and_nothing_is_inline()
    {
        foreach (var file in Directory.GetFiles(Assets, "*.html", SearchOption.AllDirectories))
        {
            var html = File.ReadAllText(file);
            html.ShouldNotMatch("(?:src|href)=\"(?:https?:)?//", file);
            html.ShouldNotMatch("<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=", file);
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"const FILES = \[.*?\];", RegexOptions.Singleline, 5000)]
    private static partial Regex FileList();

    [GeneratedRegex("'(?<path>/[^']*)'", RegexOptions.None, 5000)]
    private static partial Regex FileName();

    [GeneratedRegex("'(?<file>[^']*)': '(?<hash>[^']*)'", RegexOptions.None, 5000)]
    private static partial Regex FileHash();

    [GeneratedRegex("const PENDING_LIFE = (?<days>[0-9]+) \\* 24 \\* 3600_000;", RegexOptions.None, 5000)]
    private static partial Regex PendingDays();

    [GeneratedRegex("const VERSION = '(?<version>[^']*)'", RegexOptions.None, 5000)]
    private static partial Regex Version();
}
