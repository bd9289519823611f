using System.Text.Json.Nodes;
using KenshinOtp.Tokens;
using Microsoft.OpenApi;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace KenshinOtp.Api.Http;

/// <summary>What the document says of problems: the standard members, and every further one that some code brings.</summary>
internal static class OpenApiProblem
{
    private const string Name = "Problem";

    public static void AddTo(Document document) => document.AddComponent(Name, Schema());

    /// <summary>The answer to whatever does not succeed.</summary>
    public static OpenApiResponse Response(Document? document) => new()
    {
        Description = "A problem (RFC 9457) with a stable code",
        Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
        {
            ["Retry-After"] = new OpenApiHeader { Description = "Of 429 and 503: seconds to wait", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
        },
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Name, document) },
        },
    };

    private static OpenApiSchema Schema() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "code", "detail" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = Text("Always about:blank; code tells"),
            ["title"] = Text("The reason phrase of the HTTP status"),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.String, Description = "The HTTP status; of invalid_transition, the token's state" },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[a-z0-9_]+$" },
            ["detail"] = Text("A sentence for developers"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Of invalid_request: what is wrong, by field",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["tokenStatus"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Description = "Of invalid_transition: the token's state",
                Enum = [.. OpenApiDocument.All<TokenStatus>().Select(word => (JsonNode)word)],
            },
            ["availableAt"] = Instant(JsonSchemaType.String, "Of too_soon: from when on"),
            ["opensAt"] = Instant(JsonSchemaType.String | JsonSchemaType.Null, "Of renewal_not_open: from when on; null where the token does not expire"),
            ["reason"] = Text("Of invalid_otp: one of the reasons of a verification"),
            ["remainingAttempts"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer | JsonSchemaType.Null,
                Description = "Of invalid_otp: wrong passwords that are left before the token locks; null where they are not counted",
            },
            ["field"] = Text("Of invalid_otp at an exchange: which password"),
            ["serials"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = "Of token_mode_in_use: the tokens to choose from",
            },
            ["line"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Of import_…: where in the file" },
            ["newest"] = Text("Of invalid_request at the events: the newest cursor, where the one sent lies ahead of it"),
        },
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema Instant(JsonSchemaType type, string description) => new() { Type = type, Format = "date-time", Description = description };
}
