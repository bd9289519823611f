namespace KenshinOtp.Support.Browser;

/// <summary>Where a failed test leaves what it saw.</summary>
internal static class TestResults
{
    /// <summary>The folder test.sh names, or TestResults beside the solution when one test is run by hand.</summary>
    public static string Directory { get; } =
        Environment.GetEnvironmentVariable("KENSHIN_TEST_RESULTS") ?? Path.Combine(RepositoryRoot(), "TestResults");

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KenshinOtp.sln")))
                return folder.FullName;
        }

        return Path.GetTempPath();
    }
}
