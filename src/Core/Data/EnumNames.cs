using System.Collections.Concurrent;
using System.Text.Json;

namespace KenshinOtp.Data;

/// <summary>Enum values as rows and the wire hold them: camelCase names.</summary>
public static class EnumNames
{
    private static readonly ConcurrentDictionary<Enum, string> Names = new();

    public static string ToRow(this Enum value) =>
        Names.GetOrAdd(value, static v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));

    /// <exception cref="ArgumentException">A row holds a name that the enum does not know.</exception>
    public static T Parse<T>(string name)
        where T : struct, Enum => Enum.Parse<T>(name, ignoreCase: true);

    /// <summary>Exactly the camelCase name; numbers and other spellings are refused.</summary>
    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (string.Equals(candidate.ToRow(), name, StringComparison.Ordinal))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }
}
