using System.Runtime.CompilerServices;

namespace KenshinOtp.Core.Tests.Rules;

/// <summary>The files of this repository, for rules that read them.</summary>
internal static class SourceTree
{
    public static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    public static IEnumerable<(string Path, string Text)> CSharp(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => path.Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/") && !path.Contains("/bin/"))
            .Select(path => (path, File.ReadAllText(path)));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
