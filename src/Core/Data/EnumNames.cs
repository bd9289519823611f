using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;

namespace KenshinOtp.Data;

/// <summary>Enum values as rows and the wire hold them: camelCase names.</summary>
public static class EnumNames
{
    private static readonly ConcurrentDictionary<Enum, string> Names = new();

    public static string ToRow(this Enum value) =>
        Names.GetOrAdd(value, static v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));

    /// <exception cref="FormatException">A row holds a name that the enum does not know.</exception>
    public static T Parse<T>(string name)
        where T : struct, Enum => TryParse<T>(name, out var value) ? value : throw new FormatException($"Not a {typeof(T).Name} in a row.");

    /// <summary>Exactly the camelCase name; numbers and other spellings are refused.</summary>
    public static bool TryParse<T>(string? name, out T value)
        where T : struct, Enum
    {
        value = default;
        return name is not null && Of<T>.ByName.TryGetValue(name, out value);
    }

    private static class Of<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<string, T> ByName = Enum.GetValues<T>().ToFrozenDictionary(value => value.ToRow(), StringComparer.Ordinal);
    }
}
