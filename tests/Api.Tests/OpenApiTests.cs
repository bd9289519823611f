using System.Text.Json;
using KenshinOtp.Support;

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

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own()
    {
        var names = (await ApiDocument.Of(Centre)).Root.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.TryGetProperty("operationId", out var id) ? id.GetString()! : $"none: {operation.Value}").ToList();

        names.Count.ShouldBeGreaterThan(25);
        names.ShouldAllBe(name => name.Length > 0 && char.IsAsciiLetterLower(name[0]) && name.All(char.IsAsciiLetter));
        names.ShouldBeUnique();
    }

    [Fact]
    public async Task The_states_to_ask_for_are_those_that_are_taken()
    {
        var document = await ApiDocument.Of(Centre);
        var states = document.Root.GetProperty("paths").GetProperty("/api/v1/tokens").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .Single(parameter => parameter.GetProperty("name").GetString() == "status").GetProperty("schema").GetProperty("enum");

        document.Faults(states, JsonElement.Parse("""{"type":"array","items":{"$ref":"#/components/schemas/TokenStatus"}}""")).ShouldBeEmpty();
        states.GetArrayLength().ShouldBe(8);
        foreach (var state in states.EnumerateArray())
            (await Bank.Get($"tokens?status={state}")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task Problems_have_no_member_that_the_document_does_not_name()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var pending = await Bank.Customer("S2");
        await pending.Issue();
        var registered = await Centre.Bank("9002", "shinkin-personal");
        var (exchanging, exchanged) = await registered.CustomerWithRegisteredToken();
        var (chief, _) = await registered.CustomerWithRegisteredToken("S2", "chief");
        await registered.CustomerWithRegisteredToken("S2", "clerk");
        var next = await registered.EnrolledPhone();
        using var file = new StringContent("<x", null, "application/pskc+xml");
        Reply[] problems =
        [
            await Bank.Get("tokens?limit=x"), await Bank.Get("events?after=999"), await Bank.Get("nothing"), await customer.Issue(), await pending.Issue(),
            await phone.Renew(await phone.Password()), await customer.Revoke(await phone.WrongPassword()),
            await exchanging.Exchange(await exchanged.WrongPassword(), next.Serial, await next.Password()),
            await registered.Put($"contracts/{chief.ServiceId}", new { name = "湖畔商店", tokenMode = "shared" }), await Bank.Import(file, "application/pskc+xml"),
        ];
        var document = await ApiDocument.Of(Centre);

        problems.Select(problem => problem.Problem).Distinct().ShouldBe(
            ["invalid_request", "not_found", "invalid_transition", "too_soon", "renewal_not_open", "invalid_otp", "token_mode_in_use", "import_unreadable"], ignoreOrder: true);
        foreach (var problem in problems)
            document.Faults(problem.Json, document.Schema("Problem")).ShouldBeEmpty(problem.Text);
        problems.SelectMany(problem => problem.Json.EnumerateObject()).Select(member => member.Name).Distinct()
            .ShouldBe(document.Schema("Problem").GetProperty("properties").EnumerateObject().Select(member => member.Name), ignoreOrder: true);
    }

    private async Task<JsonElement> Schemas() => (await Centre.Phone().Get("openapi/v1.json")).Json.GetProperty("components").GetProperty("schemas");

    private static bool AllowsNull(JsonElement schema) =>
        schema.TryGetProperty("oneOf", out var one) ? one.EnumerateArray().Any(AllowsNull)
        : schema.TryGetProperty("type", out var type) && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(word => word.GetString() == "null") : type.GetString() == "null");
}
