using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Configuration;

/// <summary>
/// Keys that are mistyped, most likely: under a section of the product but no setting, or almost a setting under a section of no one's. What others put into
/// the environment is theirs. Such a key stops no start, for an older version may be put back beside the settings of a newer one.
/// </summary>
public static partial class UnknownKeys
{
    // Farther apart two keys are not one, mistyped: outside the product's sections, and within for every three letters of the key meant.
    private const int MaxSlips = 2, LettersASlip = 3;

    /// <summary>Writes them into the program's log. To be called before anything that a wrong setting may stop.</summary>
    public static void Tell(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UnknownKeys).FullName!);
        foreach (var words in services.GetRequiredService<Settings>().UnknownKeys)
            LogUnknown(log, words);
    }

    /// <returns>The keys in the order of the alphabet, each with the setting that is nearest, if one is near.</returns>
    internal static IEnumerable<(string Key, string? Nearest)> Find(IConfiguration configuration, IReadOnlySet<string> known)
    {
        var sections = known.Where(IsNested).Select(Section).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var key in configuration.AsEnumerable().Where(pair => pair.Value is not null && IsNested(pair.Key)).Select(pair => pair.Key).Order(StringComparer.Ordinal))
        {
            if (known.Contains(key))
                continue;
            var nearest = known.MinBy(setting => Slips(key, setting))!;
            var (slips, own) = (Slips(key, nearest), sections.Contains(Section(key)));
            if (own || slips <= MaxSlips)
                yield return (key, slips <= Math.Max(MaxSlips, nearest.Length / LettersASlip) ? nearest : null);
        }
    }

    // MAIL and the like are in many an environment: a section's bare name is no key.
    private static bool IsNested(string key) => key.Contains(':', StringComparison.Ordinal);

    private static string Section(string key) => key[..key.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>How many letters are left out, added or put in another's place between two keys (Levenshtein), whatever their case.</summary>
    private static int Slips(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Settings: {Fault}")]
    private static partial void LogUnknown(ILogger log, string fault);
}
