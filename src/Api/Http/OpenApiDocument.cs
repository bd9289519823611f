using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using KenshinOtp.Api.RelyingParty;
using KenshinOtp.Api.TokenApp;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Portal;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KenshinOtp.Api.Http;

/// <summary>What the generated document says besides the routes: the title, how to sign in, what must be sent, and which words a field takes.</summary>
internal static class OpenApiDocument
{
    /// <summary>Fields that are text here, so that every fault of a request can be told at once, and one of a few words to the reader.</summary>
    private static readonly FrozenDictionary<(Type, string), string[]> Words = new Dictionary<(Type, string), string[]>
    {
        [(typeof(PutContractRequest), "tokenMode")] = All<TokenMode>(),
        [(typeof(PutUserRequest), "role")] = All<UserRole>(),
        [(typeof(PortalSessionRequest), "page")] = All<PortalPage>(),
        [(typeof(VerificationResult), "result")] = ["accepted", "rejected"],
        [(typeof(VerificationResult), "reason")] = [.. Enum.GetValues<VerificationReason>().Select(reason => reason.Code()).OfType<string>()],
    }.ToFrozenDictionary();

    /// <summary>The same of what stands in a query.</summary>
    private static readonly FrozenDictionary<(string, string), string[]> QueryWords =
        new Dictionary<(string, string), string[]> { [("api/v1/tokens", "status")] = All<TokenStatus>() }.ToFrozenDictionary();

    public static void Describe(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "KenshinOtp", Version = "v1", Description = "One-time-password centre: tokens, passwords, hosted pages." };
            document.Servers = []; // the reader knows where it was read
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
            OpenApiProblem.AddTo(document);
            OpenApiEvents.AddTo(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset))
                schema.Type = JsonSchemaType.String;
            else if (type == typeof(DateTimeOffset?))
                schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            else if ((Nullable.GetUnderlyingType(type) ?? type).IsEnum)
                Spell(schema, Nullable.GetUnderlyingType(type) ?? type);
            Require(schema, context);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= [];
            operation.Responses["default"] = OpenApiProblem.Response(context.Document);
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
            {
                if (QueryWords.TryGetValue((context.Description.RelativePath ?? "", parameter.Name ?? ""), out var words))
                    parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };
            }

            if (context.Description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) != true)
                return Task.CompletedTask;
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", context.Document)] = [] }];
            if (context.Description.HttpMethod is not "GET")
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Description = "The same key and body get the same answer for 24 hours",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 200 },
                });
            return Task.CompletedTask;
        });
    }

    /// <summary>The words of an enum; that a field may be null besides is said where the field is.</summary>
    private static void Spell(OpenApiSchema schema, Type type)
    {
        schema.Type = JsonSchemaType.String;
        schema.Enum = [.. Enum.GetNames(type).Where(name => name != nameof(MailStatus.Superseded)).Select(name => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(name))];
    }

    /// <summary>What a body must hold is what its record gives no value of its own.</summary>
    private static void Require(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        if (context.JsonPropertyInfo is not null || schema.Properties is not { } properties)
            return;
        foreach (var (name, property) in properties)
        {
            if (property is not OpenApiSchema field)
                continue;
            if ((type.Namespace == typeof(PutContractRequest).Namespace || type.Namespace == typeof(AppEndpoints).Namespace)
                && context.JsonTypeInfo.Properties.First(one => one.Name == name).AssociatedParameter is { HasDefaultValue: false })
            {
                field.Type &= ~JsonSchemaType.Null;
                (schema.Required ??= new HashSet<string>(StringComparer.Ordinal)).Add(name);
            }

            if (Words.TryGetValue((type, name), out var words))
                field.Enum = [.. words.Select(word => (JsonNode)word), .. field.Type?.HasFlag(JsonSchemaType.Null) == true ? [JsonNullSentinel.JsonNull] : Array.Empty<JsonNode>()];
        }
    }

    /// <summary>The words of an enum as they are sent.</summary>
    internal static string[] All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => value.ToRow())];
}
