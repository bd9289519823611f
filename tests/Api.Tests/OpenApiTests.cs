using System.Text.Json;

namespace KenshinOtp.Api.Tests;

/// <summary>Whether a client that was generated from the document can read what is really answered.</summary>
public sealed class OpenApiTests : CentreTest
{
    [Fact]
    public async Task What_an_answer_leaves_null_the_document_allows_to_be_null()
    {
        var customer = await Bank.Customer();
        var issued = (await customer.Issue()).Json;
        var schemas = await Schemas();

        foreach (var (name, answer) in new[] { ("TokenView", issued.GetProperty("token")), ("UserView", (await customer.Look()).Json) })
        {
            foreach (var member in answer.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Null))
                AllowsNull(schemas.GetProperty(name).GetProperty("properties").GetProperty(member.Name)).ShouldBeTrue($"{name}.{member.Name}");
        }

        issued.GetProperty("token").GetProperty("activatedAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task The_words_of_an_enum_are_texts_that_are_sent()
    {
        var mail = (await Schemas()).GetProperty("MailStatus");

        mail.GetProperty("type").GetString().ShouldBe("string");
        mail.GetProperty("enum").EnumerateArray().Select(word => word.GetString()).ShouldBe(["queued", "sent", "failed"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_an_app_must_send_is_said()
    {
        var activation = (await Schemas()).GetProperty("ActivationRequest");

        activation.GetProperty("required").EnumerateArray().Select(field => field.GetString()).ShouldBe(["downloadCode", "serviceId", "userId", "activationPin"], ignoreOrder: true);
        activation.GetProperty("properties").GetProperty("activationPin").GetProperty("type").GetString().ShouldBe("string");
    }

    private async Task<JsonElement> Schemas() => (await Centre.Phone().Get("openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");

    private static bool AllowsNull(JsonElement schema) =>
        schema.TryGetProperty("oneOf", out var one) ? one.EnumerateArray().Any(AllowsNull)
        : schema.TryGetProperty("type", out var type) && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(word => word.GetString() == "null") : type.GetString() == "null");
}
