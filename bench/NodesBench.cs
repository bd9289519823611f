using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using KenshinOtp.Otp;
using Npgsql;

namespace KenshinOtp.Bench;

/// <summary>
/// Two API nodes on one PostgreSQL: each password goes to both at once. On the way one node is killed and started again, and the database is restarted.
/// Never two acceptances of one password; every answered acceptance is in the audit trail; nothing is answered with 5xx but 503 with Retry-After.
/// </summary>
internal static class NodesBench
{
    private const int Lanes = 8, Tokens = 2_000;
    private const double Factor = 500;

    public static async Task<int> Run(string connection, int rounds, string restart)
    {
        await using var place = await Workplace.Create("postgresql", connection);
        string key;
        await using (var services = place.Services())
            key = await BenchTokens.Make(services, Tokens);
        var begin = DateTimeOffset.UtcNow;
        var clock = new FastClock(begin, Factor);
        int[] ports = [Servers.FreePort(), Servers.FreePort()];
        var nodes = new Process[] { await Node(place, ports[0], begin), await Node(place, ports[1], begin) };
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var tally = new Tally();
        var next = -1;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async _ =>
            {
                for (var round = Interlocked.Increment(ref next); round < rounds; round = Interlocked.Increment(ref next))
                {
                    if (round == rounds * 3 / 10)
                        nodes[1].Kill();
                    if (round == rounds * 4 / 10)
                        nodes[1] = await Node(place, ports[1], begin);
                    if (round == rounds * 7 / 10)
                        await Restart(restart);
                    var number = round % Tokens;
                    var otp = Totp.Compute(BenchTokens.Secret(number), BenchTokens.Algorithm, 6, Totp.StepAt(clock.GetUtcNow(), BenchTokens.Period));
                    tally.Add(round, await Task.WhenAll(ports.Select(port => Ask(http, port, number, otp, round))));
                }
            }));
            return await tally.Judge(place);
        }
        finally
        {
            foreach (var node in nodes)
            {
                node.Kill();
                await node.WaitForExitAsync();
            }
        }
    }

    private static Task<Process> Node(Workplace place, int port, DateTimeOffset begin) => Servers.Start(
        ["serve", "--port", $"{port}", "--begin", begin.ToString("O", CultureInfo.InvariantCulture), "--factor", $"{Factor}"], port, place.Settings);

    private static async Task Restart(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
    }

    /// <returns>The status, the result and the verification's id; status 0 where no answer came.</returns>
    private static async Task<(int Status, string? Result, string? Id)> Ask(HttpClient http, int port, int number, string otp, int round)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(
                new Uri($"http://127.0.0.1:{port}/api/v1/verifications"),
                new { serviceId = BenchTokens.ServiceId(number), userId = BenchTokens.UserId(number), transaction = "transfer", otp, reference = $"{otp}-{round}" });
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
            var status = (int)answer.StatusCode;
            return status == 503 && answer.Headers.RetryAfter is null ? (599, null, null)
                : status != 200 ? (status, null, null)
                : (status, body.GetProperty("result").GetString(), body.GetProperty("verificationId").GetString());
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return (0, null, null);
        }
    }

    private sealed class Tally
    {
        private readonly Lock _gate = new();
        private readonly SortedDictionary<int, int> _statuses = [];
        private readonly List<string> _accepted = [];
        private int _once, _never;
        private readonly List<int> _twice = [];

        public void Add(int round, (int Status, string? Result, string? Id)[] answers)
        {
            lock (_gate)
            {
                foreach (var (status, _, _) in answers)
                    _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
                var ids = answers.Where(answer => answer.Result == "accepted").Select(answer => answer.Id!).ToList();
                _accepted.AddRange(ids);
                switch (ids.Count)
                {
                    case 0:
                        _never++;
                        break;
                    case 1:
                        _once++;
                        break;
                    default:
                        _twice.Add(round);
                        break;
                }
            }
        }

        /// <returns>0 if all holds.</returns>
        public async Task<int> Judge(Workplace place)
        {
            await using var connection = new NpgsqlConnection(place.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("select id from audit_entry where action = 'verification.accepted'", connection);
            var written = new HashSet<string>(StringComparer.Ordinal);
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    written.Add(reader.GetString(0));
            }

            await using var doubles = new NpgsqlCommand("select count(*) from (select detail from audit_entry where action = 'verification.accepted' group by detail having count(*) > 1) d", connection);
            var twiceWritten = (long)(await doubles.ExecuteScalarAsync())!;
            var lost = _accepted.Count(id => !written.Contains(id));
            var faults = _statuses.Where(status => status.Key >= 500 && status.Key != 503).Sum(status => status.Value);
            Console.WriteLine($"rounds accepted once: {_once}, by nobody: {_never}, TWICE: {_twice.Count}; written twice: {twiceWritten}");
            Console.WriteLine($"answered acceptances: {_accepted.Count}, of them lost: {lost}; acceptances in the audit trail: {written.Count}");
            Console.WriteLine($"answers by status (0: none came): {string.Join(", ", _statuses.Select(status => $"{status.Key}: {status.Value}"))}; faults: {faults}");
            return _twice.Count + twiceWritten + lost + faults == 0 ? 0 : 1;
        }
    }
}
