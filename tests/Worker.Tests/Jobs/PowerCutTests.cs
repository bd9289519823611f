using System.Net.Http.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Mail;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>Real processes, ended with <c>kill -9</c> in the middle of their work.</summary>
public sealed class PowerCutTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_worker_killed_again_and_again_loses_no_mail()
    {
        const int mails = 60;
        await using var postfix = await PostfixServer.Start(CancellationToken.None);
        await using var centre = await Centre.Start();
        centre.Clock.Set(TimeProvider.System.GetUtcNow());
        var bank = await centre.Bank();
        for (var i = 0; i < mails; i++)
            (await (await bank.Customer("S1", $"u{i}")).Issue($"u{i}@docomo.ne.jp")).Code.ShouldBe(202);

        (string, string)[] smtp =
        [
            ("Mail__Transport", "smtp"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", $"{postfix.Port}"), ("Mail__LeaseSeconds", "5"), ("Mail__Lanes", "2"),
        ];
        for (var kill = 1; kill <= 3; kill++)
        {
            await using var doomed = Programs.Worker(centre, ["run"], smtp);
            await postfix.WaitFor(_ => postfix.Mails().Count >= kill * 5, Patience);
            await doomed.Kill();
        }

        await using var worker = Programs.Worker(centre, ["run"], smtp);
        await postfix.WaitFor(_ => Recipients(postfix) == mails, Patience);

        postfix.Mails().GroupBy(mail => mail.EnvelopeTo, StringComparer.Ordinal)
            .ShouldAllBe(copies => copies.Select(mail => mail.MessageId).Distinct(StringComparer.Ordinal).Count() == 1);
    }

    [Fact]
    public async Task An_API_killed_under_load_loses_no_answered_change_and_accepts_no_password_twice()
    {
        await using var centre = await Centre.Start();
        centre.Clock.Set(TimeProvider.System.GetUtcNow());
        var bank = await centre.Bank();
        var (customer, phone) = await bank.CustomerWithToken();
        centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(1));
        var password = await phone.Password();
        var port = FreePort.Next();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", bank.ApiKey) } };
        var verification = new { serviceId = customer.ServiceId, userId = customer.UserId, transaction = "transfer", otp = password };

        var answered = new List<int>();
        var accepted = 0;
        for (var life = 0; life < 3; life++)
        {
            await using var api = Programs.Api(centre, port, ("Jobs__InProcess", "false"));
            await api.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);
            if ((await Reply.Of(http.PostAsJsonAsync("verifications", verification)))["result"] == "accepted")
                accepted++;
            var killing = Task.Run(async () =>
            {
                await Task.Delay(400 + 200 * life);
                await api.Kill();
            });
            try
            {
                while (true)
                {
                    var number = answered.Count == 0 ? 0 : answered[^1] + 1;
                    using var answer = await http.PutAsJsonAsync($"contracts/K{number}", new { name = "客", tokenMode = "individual" });
                    ((int)answer.StatusCode).ShouldBeOneOf(200, 201); // 200: the call that the kill left unanswered had gone through
                    answered.Add(number);
                }
            }
            catch (HttpRequestException)
            {
                await killing;
            }
        }

        answered.Count.ShouldBeGreaterThan(3);
        accepted.ShouldBe(1);
        foreach (var number in answered)
            (await bank.Get($"contracts/K{number}")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task An_API_killed_amid_exchanges_leaves_everybody_with_one_token()
    {
        await using var centre = await Centre.Start(("RateLimits:PerThingPerMinute", "1000"), ("RateLimits:EnrollmentsPerInstitutionPerMinute", "1000"));
        centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-5));
        var bank = await centre.Bank("9002", "shinkin-personal");
        var pairs = new List<(Customer Customer, Phone Old, Phone New)>();
        for (var i = 0; i < 24; i++)
        {
            var (customer, old) = await bank.CustomerWithRegisteredToken($"S{i}");
            pairs.Add((customer, old, await bank.EnrolledPhone()));
            centre.Clock.Set(centre.Now.AddSeconds(-30));
        }

        var port = FreePort.Next();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", bank.ApiKey) } };
        var exchanged = new HashSet<string>(StringComparer.Ordinal);
        for (var life = 0; life < 2; life++)
        {
            await using var api = Programs.Api(centre, port, ("Jobs__InProcess", "false"));
            await api.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);
            centre.Clock.Set(TimeProvider.System.GetUtcNow());
            var killing = KillAfter(api, answers: 3 + life, exchanged);
            await Task.WhenAll(pairs.Where(pair => !exchanged.Contains(pair.Customer.ServiceId)).Select(pair => Exchange(http, pair, exchanged)));
            await killing;
        }

        foreach (var (customer, old, next) in pairs)
        {
            var serial = (await customer.Look())["token.serial"];
            serial.ShouldBeOneOf(exchanged.Contains(customer.ServiceId) ? [next.Serial] : [old.Serial, next.Serial]);
        }

        exchanged.Count.ShouldBeGreaterThan(3);
        (await bank.Get("tokens?status=inUse")).Json.GetProperty("items").GetArrayLength().ShouldBe(pairs.Count);
        (await bank.Get("tokens?status=unbound")).Json.GetProperty("items").GetArrayLength().ShouldBe(pairs.Count);
    }

    private static async Task KillAfter(ChildProcess api, int answers, HashSet<string> exchanged)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += TimeSpan.FromMilliseconds(2))
        {
            lock (exchanged)
            {
                if (exchanged.Count >= answers)
                    break;
            }

            await Task.Delay(2);
        }

        await api.Kill();
    }

    private static async Task Exchange(HttpClient http, (Customer Customer, Phone Old, Phone New) pair, HashSet<string> exchanged)
    {
        var body = new { currentOtp = await pair.Old.Password(), newSerial = pair.New.Serial, newOtp = await pair.New.Password() };
        try
        {
            using var answer = await http.PostAsJsonAsync($"contracts/{pair.Customer.ServiceId}/users/{pair.Customer.UserId}/token/exchange", body);
            if (!answer.IsSuccessStatusCode)
                return; // a second life: the exchange that the kill left unanswered had gone through
            lock (exchanged)
                exchanged.Add(pair.Customer.ServiceId);
        }
        catch (HttpRequestException)
        {
            // The kill was quicker than the answer.
        }
    }

    private static int Recipients(PostfixServer postfix) =>
        postfix.Mails().Select(mail => mail.EnvelopeTo).Distinct(StringComparer.Ordinal).Count();
}
