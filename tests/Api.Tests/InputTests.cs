using System.Text;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>Input that no honest program sends, or that a beginner does: each is told what is wrong.</summary>
public sealed class InputTests : CentreTest
{
    [Theory]
    [InlineData("""{"serviceId":"S1000001","userId":"yamada","userId":"sato","transaction":"transfer","otp":"123456"}""", "userId")]
    [InlineData("""{"serviceId":"S1000001","userId":"yamada","transaction":"transfer","otp":123456}""", "otp")]
    public async Task A_field_that_comes_twice_or_as_a_number_is_named(string body, string field)
    {
        using var http = new HttpClient { BaseAddress = Centre.Url, DefaultRequestHeaders = { Authorization = new("Bearer", Bank.ApiKey) } };

        var reply = await Reply.Of(http.PostAsync(new Uri("api/v1/verifications", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json")));

        (reply.Code, reply.Problem).ShouldBe((400, "invalid_request"));
        reply.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(reply.Text);
    }

    [Theory]
    [InlineData("山田\u202E花子")]
    [InlineData("山田\u200B花子")]
    [InlineData("山田\u2028花子")]
    [InlineData("山田\uFFFE花子")]
    [InlineData("山田\uFDD0花子")]
    public async Task A_name_that_reads_otherwise_than_it_is_written_is_refused(string name)
    {
        await Bank.Customer();

        var reply = await Bank.Put("contracts/S1000001/users/yamada", new { displayName = name, role = "administrator" });

        reply.Json.GetProperty("errors").TryGetProperty("displayName", out _).ShouldBeTrue(reply.Text);
        (await Bank.Put("contracts/S1000001", new { name, tokenMode = "individual" })).Problem.ShouldBe("invalid_request");
        (await Bank.Put("contracts/S1000001/users/yamada", new { displayName = "辻\U000E0100 葛󠄀子", role = "administrator" })).Code.ShouldBe(200); // forms of a character are no other names
    }

    [Fact]
    public async Task An_address_that_cannot_be_read_is_told_like_any_other_input() =>
        (await Bank.Get("policy?x=%00")).Problem.ShouldBe("invalid_request");
}
