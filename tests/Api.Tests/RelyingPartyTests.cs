using System.Net;
using System.Text;
using KenshinOtp.Institutions;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

public sealed class RelyingPartyTests : CentreTest
{
    [Fact]
    public async Task Without_a_valid_key_nothing_is_told()
    {
        foreach (var key in new[] { "", "Bearer", "Bearer kotp_wrong", "Basic abc" })
        {
            using var http = new HttpClient { BaseAddress = Centre.Url };
            if (key.Length > 0)
                http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", key);

            var reply = await Reply.Of(http.GetAsync(new Uri("/api/v1/policy", UriKind.Relative)));

            reply.Code.ShouldBe(401);
            reply.Problem.ShouldBe("unauthorized");
        }
    }

    [Fact]
    public async Task A_key_never_sees_another_institution()
    {
        var (customer, _) = await Bank.CustomerWithToken();
        var other = await Centre.Bank("9002");

        (await other.Get($"contracts/{customer.ServiceId}")).Problem.ShouldBe("contract_not_found");
        (await new Customer(other, customer.ServiceId, customer.UserId).Verify("123456")).Problem.ShouldBe("contract_not_found");
        (await new Customer(other, customer.ServiceId, customer.UserId).Revoke()).Code.ShouldBe(404);
        (await other.Get("tokens")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Putting_twice_is_created_then_ok()
    {
        var body = new { name = "湖畔商店", tokenMode = "individual", branch = "001" };
        (await Bank.Put("contracts/S1", body)).Code.ShouldBe(201);
        (await Bank.Put("contracts/S1", body)).Code.ShouldBe(200);

        var user = new { displayName = "山田 花子", role = "administrator", otpAtLogin = true };
        (await Bank.Put("contracts/S1/users/u", user)).Code.ShouldBe(201);
        (await Bank.Put("contracts/S1/users/u", user)).Code.ShouldBe(200);
        var contract = await Bank.Get("contracts/S1");
        contract["name"].ShouldBe("湖畔商店");
        (await Bank.Put("contracts/S1", new { name = "湖畔商店", tokenMode = "individual" }))["branch"].ShouldBe("001"); // else its branch would lose sight of it
        contract.Json.GetProperty("users")[0].GetProperty("otpAtLogin").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Every_wrong_field_is_told_at_once()
    {
        var reply = await Bank.Put("contracts/S1", new { name = "a\nb", tokenMode = "Individual", branch = "1" });

        reply.Code.ShouldBe(400);
        reply.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["name", "tokenMode", "branch"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public async Task What_is_wrong_with_a_mail_address_or_a_PIN_begins_with_its_code(string typed)
    {
        var customer = await Bank.Customer();

        var errors = (await customer.Issue(typed, typed)).Json.GetProperty("errors");

        errors.GetProperty("mobileEmail")[0].GetString().ShouldStartWith("invalid_email: ");
        errors.GetProperty("activationPin")[0].GetString().ShouldStartWith("invalid_pin: ");
    }

    [Fact]
    public async Task An_address_in_capitals_is_a_call_too()
    {
        using var http = new HttpClient { BaseAddress = Centre.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Bank.ApiKey);
        using var broken = new StringContent("{", Encoding.UTF8, "application/json");

        (await Reply.Of(http.GetAsync(new Uri("/API/v1/nothing", UriKind.Relative)))).Problem.ShouldBe("not_found");
        (await Reply.Of(http.PostAsync(new Uri("/Api/V1/Verifications", UriKind.Relative), broken))).Problem.ShouldBe("invalid_request");
        (await Reply.Of(http.DeleteAsync(new Uri("/App/V1/time", UriKind.Relative)))).Problem.ShouldBe("method_not_allowed");
        (await Reply.Of(http.GetAsync(new Uri("/nothing", UriKind.Relative)))).Problem.ShouldBe("not_found", "also where neither a call nor a page is");
        (await Reply.Of(http.DeleteAsync(new Uri("/openapi/v1.json", UriKind.Relative)))).Problem.ShouldBe("method_not_allowed");
    }

    [Theory]
    [InlineData("{", "body")]
    [InlineData("", "body")]
    [InlineData("[]", "body")]
    [InlineData("{\"serviceId\":1}", "serviceId")]
    [InlineData("{\"otp\":{}}", "otp")]
    public async Task Malformed_JSON_is_a_400_that_names_the_field(string body, string field)
    {
        using var http = new HttpClient { BaseAddress = Centre.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Bank.ApiKey);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var reply = await Reply.Of(http.PostAsync(new Uri("/api/v1/verifications", UriKind.Relative), content));

        reply.Code.ShouldBe(400);
        reply.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(reply.Text);
    }

    [Fact]
    public async Task A_call_without_body_or_with_a_foreign_one_is_understood_or_told_why_not()
    {
        var customer = await Bank.Customer();
        await customer.Issue();
        var path = $"/api/v1/contracts/{customer.ServiceId}/users/{customer.UserId}/token/";
        using var http = new HttpClient { BaseAddress = Centre.Url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Bank.ApiKey);
        using var text = new StringContent("otp=123456", Encoding.UTF8, "text/plain");

        (await Reply.Of(http.PostAsync(new Uri(path + "resend", UriKind.Relative), content: null))).Code.ShouldBe(202);
        (await Reply.Of(http.PostAsync(new Uri(path + "confirm", UriKind.Relative), content: null))).Problem.ShouldBe("invalid_request");
        (await Reply.Of(http.PostAsync(new Uri(path + "confirm", UriKind.Relative), text))).Problem.ShouldBe("unsupported_media_type");
        using var quoted = new StringContent("""{"institution":"9009"}""");
        quoted.Headers.Remove("Content-Type");
        quoted.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=\"UTF-8\"").ShouldBeTrue();
        (await Reply.Of(http.PostAsync(new Uri("/app/v1/enrollments", UriKind.Relative), quoted))).Problem.ShouldBe("institution_not_found");
        using var foreign = new StringContent("{}", Encoding.UTF8);
        foreign.Headers.ContentType = new("application/json", "Shift_JIS");
        (await Reply.Of(http.PostAsync(new Uri("/app/v1/activations", UriKind.Relative), foreign))).Problem.ShouldBe("unsupported_media_type");
        (await Reply.Of(http.GetAsync(new Uri(path + "confirm", UriKind.Relative)))).Problem.ShouldBe("method_not_allowed");
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var reply = await Bank.Put("contracts/S1", new { name = new string('a', 100_000), tokenMode = "individual" });

        reply.Code.ShouldBe(413);
    }

    [Fact]
    public async Task Tokens_are_listed_page_by_page()
    {
        for (var i = 0; i < 5; i++)
            await (await Bank.Customer("S1", $"u{i}")).Issue();

        var serials = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Bank.Get($"tokens?limit=2&status=issued{(cursor is null ? "" : "&cursor=" + cursor)}");
            serials.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("serial").GetString()!));
            cursor = page["nextCursor"];
        }
        while (cursor is not null);

        serials.Distinct(StringComparer.Ordinal).Count().ShouldBe(5);
        (await Bank.Get("tokens?limit=0&status=dead&expiresBefore=soon")).Json.GetProperty("errors").EnumerateObject().Count().ShouldBe(3);
        (await Bank.Get("tokens?expiresBefore=2099-01-01t00:00:00.123456789z")).Json.GetProperty("items").GetArrayLength().ShouldBe(5);
        (await Bank.Get("tokens?expiresBefore=10:30")).Problem.ShouldBe("invalid_request"); // of which day?
        (await Bank.Get("tokens?expiresBefore=2099-01-01T00:00:00.5%2B09:00")).Json.GetProperty("items").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public async Task The_policy_and_the_contract_of_the_API_can_be_read()
    {
        var policy = await Bank.Get("policy");
        policy["reissueCooldownMinutes"].ShouldBe("30");
        policy.Json.EnumerateObject().Select(key => key.Name).ShouldBe(PolicyKeys.All.Select(key => key.Name), ignoreOrder: true);
        var document = await Centre.Phone().Get("openapi/v1.json");
        document.Code.ShouldBe(200);
        (await Centre.Phone().Get("health/live")).Code.ShouldBe(200);
        (await Centre.Phone().Get("health/ready")).Code.ShouldBe(200);
        (await Bank.Get("nothing-here")).Problem.ShouldBe("not_found");
    }

    [Fact]
    public async Task A_health_check_that_brings_a_key_needs_no_look_at_the_keys()
    {
        using var gateway = new HttpClient { BaseAddress = Centre.Url, DefaultRequestHeaders = { Authorization = new("Bearer", Bank.ApiKey) } };
        new AuditTrail(Centre).Rename("api_key", "mislaid");

        (await Reply.Of(gateway.GetAsync(new Uri("/health/live", UriKind.Relative)))).Code.ShouldBe(200);

        new AuditTrail(Centre).Rename("mislaid", "api_key");
    }

    [Fact]
    public async Task The_document_names_every_call_what_must_be_sent_and_the_words_of_a_field()
    {
        const string token = "/contracts/{serviceId}/users/{userId}/token/";
        string[] calls =
        [
            "put /contracts/{serviceId}", "get /contracts/{serviceId}", "delete /contracts/{serviceId}", "put /contracts/{serviceId}/users/{userId}",
            "get /contracts/{serviceId}/users/{userId}", $"post {token}issue", $"post {token}resend", $"post {token}confirm", $"post {token}register",
            $"post {token}exchange", $"post {token}discontinue", $"post {token}revoke", $"post {token}suspend", $"post {token}resume", $"post {token}unlock",
            $"post {token}resync", "post /verifications", "get /tokens", "post /tokens/import", "get /policy", "get /events", "post /portal-sessions",
        ];
        var document = (await Centre.Phone().Get("openapi/v1.json")).Json;

        var told = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(call => $"{call.Name} {path.Name}"));
        calls.Select(call => call.Replace(" /", " /api/v1/", StringComparison.Ordinal)).Except(told, StringComparer.Ordinal).ShouldBeEmpty();

        var schemas = document.GetProperty("components").GetProperty("schemas");
        List<string?> Required(string name) => [.. schemas.GetProperty(name).GetProperty("required").EnumerateArray().Select(field => field.GetString())];
        List<string?> Words(string name, string field) => [.. schemas.GetProperty(name).GetProperty("properties").GetProperty(field).GetProperty("enum").EnumerateArray().Select(word => word.GetString())];
        Required("VerificationRequest").ShouldBe(["serviceId", "userId", "transaction", "otp"], ignoreOrder: true);
        Required("PutContractRequest").ShouldBe(["name", "tokenMode"], ignoreOrder: true);
        schemas.GetProperty("VerificationRequest").GetProperty("properties").GetProperty("otp").GetProperty("type").GetString().ShouldBe("string");
        Words("PutContractRequest", "tokenMode").ShouldBe(["shared", "individual", "grouped"], ignoreOrder: true);
        Words("VerificationResult", "reason").ShouldContain("otp_replayed");
        Words("VerificationResult", "reason").ShouldContain((string?)null); // of an accepted one
        Words("PortalSessionRequest", "page").ShouldContain("manage");
    }

    [Fact]
    public async Task Too_many_calls_about_one_link_are_put_off()
    {
        for (var i = 0; i < 20; i++)
            await Centre.Phone().Activate("BBBBBBBBBBBBBBBBBBBBBB", "S", "u", "1234");

        var reply = await Centre.Phone().Activate("BBBBBBBBBBBBBBBBBBBBBB", "S", "u", "1234");

        reply.Code.ShouldBe(429);
        reply.Problem.ShouldBe("rate_limited");
        reply.Message.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://bank.example/")]
    [InlineData("//bank.example/")]
    [InlineData("https://user:pw@bank.example/")]
    [InlineData("https://一龍丸鷹不鱗世髪且靴並閣中郵串警丹融主職久緒乏瓶乗濃乙.example/")] // has no ASCII form of 63 characters
    [InlineData("/relative")]
    [InlineData("")]
    public async Task A_hosted_page_returns_to_a_web_address_only(string returnUrl)
    {
        var customer = await Bank.Customer();

        var reply = await Bank.Post("portal-sessions", new { serviceId = customer.ServiceId, userId = customer.UserId, page = "issue", returnUrl });

        reply.Json.GetProperty("errors").TryGetProperty("returnUrl", out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/app/", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1")]
    [InlineData("/app/", "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36")]
    [InlineData("/app/", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36")]
    [InlineData("/app/", "Mozilla/5.0 (Linux; Android 12; SH-51A Build/S0013; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36")]
    [InlineData("/app/", "Mozilla/5.0 (Linux; Android 9; SH-01L) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Mobile Safari/537.36")]
    [InlineData("/app/", "Mozilla/5.0 (Linux; Android 11; F-51A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0.4664.104 Mobile Safari/537.36")]
    [InlineData("/app/", "Mozilla/5.0 (Linux; Android 11; 901SH Build/S0142; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/86.0.4240.198 Mobile Safari/537.36")]
    [InlineData("/k/", "Mozilla/5.0 (Linux; Android 9; SH-01L) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/85.0.4183.127 Mobile Safari/537.36")] // as the app's begin.js would have it
    [InlineData("/k/", "Mozilla/5.0 (Linux; U; Android 5.1.1; ja-jp; SH-02L Build/S1005) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30")]
    [InlineData("/k/", "Mozilla/5.0 (Linux; Android 8.1.0; SH-02L Build/S7100; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/67.0.3396.127 Mobile Safari/537.36")]
    [InlineData("/k/", "Mozilla/5.0 (Linux; Android 8.1.0; KYF40) AppleWebKit/537.36 Version/4.0 Chrome/61.0 Mobile Safari/537.36")]
    [InlineData("/k/", "Mozilla/5.0 (Linux; Android 8.1.0; 902KC Build/1.010SI; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/61.0.3163.98 Mobile Safari/537.36")]
    [InlineData("/k/", "Mozilla/5.0 (Linux; Android 10; KY-42C Build/1.000; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/101.0.4951.61 Mobile Safari/537.36")]
    [InlineData("/k/", "DoCoMo/2.0 N905i(c100;TB;W24H16)")]
    public async Task The_mailed_link_leads_smartphones_to_the_app_and_keypads_to_the_lite_page(string app, string userAgent)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = Centre.Url };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/d/abcdefghijklmnopqrstuv");
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);

        using var answer = await http.SendAsync(request);

        answer.Headers.Location!.ToString().ShouldBe(app + "#d=abcdefghijklmnopqrstuv");
    }

    [Theory]
    [InlineData("ja-JP", "アクセスが続いたため、しばらくお待ちください", "同じURLを")]
    [InlineData("en-GB", "Too many attempts: please wait", "open the same link")]
    public async Task Whoever_opens_the_mailed_link_among_too_many_of_one_address_reads_a_page(string language, string title, string todo)
    {
        await using var centre = await Centre.Start(("RateLimits:PerAddressPerMinute", "1"));
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = centre.Url };
        http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        (await http.GetAsync("/d/abcdefghijklmnopqrstuv")).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        using var answer = await http.GetAsync("/d/abcdefghijklmnopqrstuv");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        page.ShouldContain(title);
        page.ShouldContain(todo);
        page.ShouldNotContain("abcdefghijklmnopqrstuv");
        page.ShouldNotContain("/portal/language"); // which could not lead back here
        using var call = await http.GetAsync("/app/v1/time");
        call.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }
}
