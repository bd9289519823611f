using System.Text.Json.Nodes;
using KenshinOtp.Events;
using KenshinOtp.Tokens;
using Microsoft.OpenApi;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace KenshinOtp.Api.Http;

/// <summary>
/// What the document says of events. Their data have the same members throughout; what stands in <c>before</c>, <c>after</c> and <c>detail</c> goes by the
/// type, so there is a schema for each sort of events.
/// </summary>
internal static class OpenApiEvents
{
    private static readonly Sort[] Sorts =
    [
        new("TokenHandoverEvent", "Who uses which token", ["token.issued", "token.registered", "token.exchanged", "token.discontinued"])
        {
            Change = () => Text("A serial number"), Detail = () => Text("Who acted, and of a registration what was chosen for log-in"),
        },
        new(
            "TokenStateEvent", "A token changed its state",
            ["token.activated", "token.confirmed", "token.suspended", "token.resumed", "token.locked", "token.unlocked", "token.revoked"])
        {
            Change = State, Detail = () => Text("Who acted, and why"),
        },
        new("TokenRenewalEvent", "A token got a new secret and date", ["token.renewed"]) { Change = Instant },
        new("TokenExpiringEvent", "A renewal has opened", ["token.expiring"]) { Detail = Instant },
        new("TokenExpiredEvent", "A token's date has passed", ["token.expired"]),
        new("UserUnregisteredEvent", "A user stayed without a token for the time of grace", ["user.unregistered"]),
        new("ContractCancelledEvent", "A contract left the service", ["contract.cancelled"]) { Detail = () => Text("Why") },
        new("MailFailedEvent", "A mail cannot be delivered", ["mail.failed"]) { Detail = () => Text("The mail server's answer") },
        new("PhishingSuspectedEvent", "A password was offered for a transaction that asks for none", ["phishing.suspected"])
        {
            After = () => OneOf(["otp_not_required"]), Detail = () => Text("The transaction, then the caller's reference"),
        },
    ];

    /// <summary>Puts the sorts in the place of the one schema that the record gives.</summary>
    public static void AddTo(Document document)
    {
        foreach (var sort in Sorts)
            document.AddComponent(sort.Name, sort.Schema());
        document.Components!.Schemas![nameof(EventView)] = new OpenApiSchema
        {
            Description = "What happened; type tells what data say. Types may be added: skip those that you do not know",
            OneOf = [.. Sorts.Select(sort => (IOpenApiSchema)new OpenApiSchemaReference(sort.Name, document))],
            Discriminator = new OpenApiDiscriminator
            {
                PropertyName = "type",
                Mapping = Sorts.SelectMany(sort => sort.Types, (sort, type) => (sort, type))
                    .ToDictionary(pair => pair.type, pair => new OpenApiSchemaReference(pair.sort.Name, document), StringComparer.Ordinal),
            },
        };
    }

    private static OpenApiSchema Nothing() => new() { Type = JsonSchemaType.Null };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = description };

    private static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "date-time" };

    private static OpenApiSchema State() => OneOf(OpenApiDocument.All<TokenStatus>());

    private static OpenApiSchema OneOf(string[] words) => new()
    {
        Type = JsonSchemaType.String | JsonSchemaType.Null,
        Enum = [.. words.Select(word => (JsonNode)word), JsonNullSentinel.JsonNull],
    };

    private static OpenApiSchema Whole(string description, Dictionary<string, IOpenApiSchema> members) => new()
    {
        Type = JsonSchemaType.Object,
        Description = description,
        Required = members.Keys.ToHashSet(StringComparer.Ordinal),
        Properties = members,
    };

    /// <param name="Name">Of the schema.</param>
    /// <param name="Description">What such events tell.</param>
    /// <param name="Types">The types of this sort.</param>
    private sealed record Sort(string Name, string Description, string[] Types)
    {
        /// <summary>What stands in <c>before</c> and <c>after</c>.</summary>
        public Func<OpenApiSchema> Change { get; init; } = Nothing;

        /// <summary>What stands in <c>after</c>, where nothing stands in <c>before</c>.</summary>
        public Func<OpenApiSchema>? After { get; init; }

        public Func<OpenApiSchema> Detail { get; init; } = Nothing;

        public OpenApiSchema Schema() => Whole(Description, new(StringComparer.Ordinal)
        {
            ["id"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Its place in the institution's sequence: 1, 2, 3 …" },
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. Types.Select(type => (JsonNode)type)] },
            ["occurredAt"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" },
            ["data"] = Whole("Whom it concerns, and what changed", new(StringComparer.Ordinal)
            {
                ["serviceId"] = Text("The contract"),
                ["userId"] = Text("The user"),
                ["serial"] = Text("The token"),
                ["before"] = Change(),
                ["after"] = (After ?? Change)(),
                ["receiptNumber"] = Text("The receipt, where somebody asked for it"),
                ["detail"] = Detail(),
            }),
        });
    }
}
