using System.Text.Json;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>The document at <c>/openapi/v1.json</c>, and whether what is really sent is as it says.</summary>
internal sealed class ApiDocument(JsonElement root)
{
    public JsonElement Root => root;

    public static async Task<ApiDocument> Of(Centre centre) => new((await centre.Phone().Get("openapi/v1.json")).Json);

    public JsonElement Schema(string name) => root.GetProperty("components").GetProperty("schemas").GetProperty(name);

    /// <summary>What of a value the schema does not say or forbids; a member that it does not name counts.</summary>
    public IEnumerable<string> Faults(JsonElement value, JsonElement schema, string path = "")
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Faults(value, Schema(reference.GetString()!.Split('/')[^1]), path);
        if (schema.TryGetProperty("discriminator", out var discriminator))
        {
            var word = value.GetProperty(discriminator.GetProperty("propertyName").GetString()!).GetString()!;
            return discriminator.GetProperty("mapping").TryGetProperty(word, out var target)
                ? Faults(value, Schema(target.GetString()!.Split('/')[^1]), path)
                : [$"{path}: no schema for {word}"];
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)))
            return [$"{path}: {value} is none of {words}"];
        if (schema.TryGetProperty("type", out var type) && !Kinds(type).Contains(KindOf(value)))
            return [$"{path}: {value} is no {type}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => Members(value, schema, path),
            JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Faults(item, schema.GetProperty("items"), $"{path}[{i}]")),
            _ => schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && value.ValueKind == JsonValueKind.String && !value.TryGetDateTimeOffset(out _)
                ? [$"{path}: {value} is no instant"]
                : [],
        };
    }

    private IEnumerable<string> Members(JsonElement value, JsonElement schema, string path)
    {
        var missing = schema.TryGetProperty("required", out var required)
            ? required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{path}.{name} is missing")
            : [];
        return missing.Concat(value.EnumerateObject().SelectMany(member =>
            schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var property) ? Faults(member.Value, property, $"{path}.{member.Name}")
            : schema.TryGetProperty("additionalProperties", out var others) ? Faults(member.Value, others, $"{path}.{member.Name}")
            : [$"{path}.{member.Name} is not named"]));
    }

    private static IEnumerable<string> Kinds(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "integer",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
