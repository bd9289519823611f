using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.DemoBank.Client;
using KenshinOtp.Institutions;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>The client that banks copy, on a bad line.</summary>
public sealed class KenshinClientTests
{
    private const string Policy = """{"period":30,"digits":6,"transactions":[],"accentColor":"#00594f"}""";

    private static readonly BankProfile Bank = new()
    {
        Slug = "bank", Code = "9002", Name = "Bank", Title = "Bank", Channel = "", Kind = "", Summary = "", Preset = Presets.ShinkinPersonal, MailFrom = "",
        Customers = [], Accounts = [], Menu = [], Guide = [], English = [],
    };

    [Fact]
    public async Task It_waits_as_long_as_the_centre_asks_to()
    {
        using var line = new Line(() => Refusing(HttpStatusCode.ServiceUnavailable, "unavailable", seconds: 1), () => Line.Answering(Policy, MediaTypeNames.Application.Json));
        var watch = Stopwatch.StartNew();

        var outcome = await line.Client.GetPolicy(CancellationToken.None);

        outcome.Succeeded(out _, out _).ShouldBeTrue();
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        line.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_before_a_screen_is_told_at_once_and_in_minutes()
    {
        using var line = new Line(() => Refusing(HttpStatusCode.TooManyRequests, "rate_limited", seconds: 15 * 60 - 3));

        var outcome = await line.Client.Register("S1", "sato", new("HWDM00000001", "123456", OtpAtLogin: null, ActingUserId: null), "key", CancellationToken.None);

        outcome.Succeeded(out _, out var refusal).ShouldBeFalse();
        line.Calls.ShouldBe(1);
        var words = new TokenWords(Bank, new(Period: 30, Digits: 6, Transactions: [], AccentColor: "#00594f")).Refused(refusal!);
        words.Advice.ShouldContain("15分ほど");
        words.Title.ShouldNotContain("接続できません");
    }

    [Fact]
    public async Task What_is_no_answer_of_the_centre_is_a_refusal_and_no_exception()
    {
        foreach (var page in new[] { "<html></html>", "", "null", "{\"period\":" })
        {
            using var line = new Line(() => Line.Answering(page, MediaTypeNames.Text.Html));

            var outcome = await line.Client.OpenHostedPage(new("S1", "sato", "manage", new("https://bank.example/")), CancellationToken.None);

            outcome.Succeeded(out _, out var refusal).ShouldBeFalse();
            refusal!.Code.ShouldBe(Refusal.Unreachable);
            line.Calls.ShouldBe(1, "without a key it is not known whether repeating would do it twice");
        }

        using var broken = new Line(() => Line.Answering("{", "application/problem+json", HttpStatusCode.Conflict));
        (await broken.Client.OpenHostedPage(new("S1", "sato", "manage", new("https://bank.example/")), CancellationToken.None)).Succeeded(out _, out var told).ShouldBeFalse();
        told!.Code.ShouldBe(Refusal.Unreachable);
    }

    private static HttpResponseMessage Refusing(HttpStatusCode status, string code, int seconds)
    {
        var answer = Line.Answering($$"""{"status":{{(int)status}},"code":"{{code}}"}""", "application/problem+json", status);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return answer;
    }
}
