using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
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
        using var line = new Line(() => Refusing(HttpStatusCode.ServiceUnavailable, "unavailable", seconds: 1), () => Answering(Policy, MediaTypeNames.Application.Json));
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
            using var line = new Line(() => Answering(page, MediaTypeNames.Text.Html));

            var outcome = await line.Client.OpenHostedPage(new("S1", "sato", "manage", new("https://bank.example/")), CancellationToken.None);

            outcome.Succeeded(out _, out var refusal).ShouldBeFalse();
            refusal!.Code.ShouldBe(Refusal.Unreachable);
            line.Calls.ShouldBe(1, "without a key it is not known whether repeating would do it twice");
        }

        using var broken = new Line(() => Answering("{", "application/problem+json", HttpStatusCode.Conflict));
        (await broken.Client.OpenHostedPage(new("S1", "sato", "manage", new("https://bank.example/")), CancellationToken.None)).Succeeded(out _, out var told).ShouldBeFalse();
        told!.Code.ShouldBe(Refusal.Unreachable);
    }

    private static HttpResponseMessage Refusing(HttpStatusCode status, string code, int seconds)
    {
        var answer = Answering($$"""{"status":{{(int)status}},"code":"{{code}}"}""", "application/problem+json", status);
        answer.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return answer;
    }

    private static HttpResponseMessage Answering(string body, string contentType, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, contentType) };

    /// <summary>Gives the answers in their order.</summary>
    private sealed class Line : HttpMessageHandler
    {
        private readonly Func<HttpResponseMessage>[] _answers;
        private readonly HttpClient _http;

        public Line(params Func<HttpResponseMessage>[] answers)
        {
            _answers = answers;
            _http = new HttpClient(this, disposeHandler: false) { BaseAddress = new("http://centre.example/") };
        }

        public int Calls { get; private set; }

        public KenshinClient Client => new(_http, TimeProvider.System);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(_answers[Calls++]());

        protected override void Dispose(bool disposing)
        {
            _http.Dispose();
            base.Dispose(disposing);
        }
    }
}
