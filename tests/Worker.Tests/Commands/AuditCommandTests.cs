using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>The audit trail under real processes, and what the operator's commands say of it.</summary>
public sealed class AuditCommandTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Centre _centre = null!;
    private Bank _bank = null!;

    private AuditTrail Trail => new(_centre);

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _centre.Clock.Set(TimeProvider.System.GetUtcNow());
        _bank = await _centre.Bank();
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task An_intact_trail_exits_with_0_and_a_broken_one_with_1_and_the_first_broken_entry()
    {
        for (var i = 0; i < 5; i++)
            await _bank.Customer($"S{i}");
        (await Run("jobs", "run", "seal")).ShouldBe((0, "seal: 2 done")); // the chain of the API, and that of this round's own entry

        var intact = await Run("audit", "verify", "--institution", "9001");
        intact.ExitCode.ShouldBe(0);
        intact.Output.ShouldContain("Intact: 12 entries in 1 chains, 1 seals");
        intact.Output.ShouldContain("verifying 100 %");

        var id = Trail.Ask("select id from audit_entry where position = 6");
        Trail.Tamper("update audit_entry set user_id = 'nobody' where position = 6; delete from audit_entry where position = 9;");

        var broken = await Run("audit", "verify");
        broken.ExitCode.ShouldBe(1);
        broken.Output.ShouldContain($"position 6, entry {id} of ");
        broken.Output.ShouldContain("the entry was changed");
        var json = await Run("audit", "verify", "--json");
        json.ExitCode.ShouldBe(1);
        var fault = JsonDocument.Parse(json.Output.Split('\n').Single(line => line.StartsWith('{'))).RootElement.GetProperty("fault");
        fault.GetProperty("kind").GetString().ShouldBe("changed");
        fault.GetProperty("position").GetInt64().ShouldBe(6);
        fault.GetProperty("id").GetString().ShouldBe(id);
        (await Run("audit", "verify", "--institution", "9009")).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("audit")]
    [InlineData("audit", "archive")]
    [InlineData("audit", "archive", "--before", "01.10.2026")]
    [InlineData("audit", "archive", "--before", "0001-01-01")]
    [InlineData("audit", "verify", "--institution", "9001", "--archive", "x")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments) => (await Run(arguments)).ExitCode.ShouldBe(2);

    [Fact]
    public async Task Old_entries_are_archived_and_both_parts_verify()
    {
        _centre.Clock.Advance(TimeSpan.FromDays(-200));
        await Trail.Write(Institution(), 700, inOneTransaction: 100);
        _centre.Clock.Advance(TimeSpan.FromDays(200));
        await _bank.Customer();
        var before = _centre.Now.AddDays(-60).ToString("yyyy-MM-dd");

        (await Run("audit", "archive", "--before", _centre.Now.AddDays(-10).ToString("yyyy-MM-dd"))).ExitCode.ShouldBe(1);
        var archived = await Run("audit", "archive", "--before", before, "--output", "old.jsonl");
        archived.ExitCode.ShouldBe(0, archived.Output);
        archived.Output.ShouldContain("Archived 700 entries to");

        (await Run("audit", "verify")).Output.ShouldContain("Intact: 5 entries");
        (await Run("audit", "verify", "--archive", "old.jsonl")).Output.ShouldContain("Intact: 700 entries");
        var path = Path.Combine(_centre.Directory, "old.jsonl");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("R-42\"", "R-43\"", StringComparison.Ordinal));
        var changed = await Run("audit", "verify", "--archive", "old.jsonl");
        changed.ExitCode.ShouldBe(1);
        changed.Output.ShouldContain("position 43");
        (await Run("audit", "verify", "--archive", "missing.jsonl")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Programs_that_write_at_once_and_are_killed_leave_a_trail_that_verifies()
    {
        var ports = new[] { FreePort.Next(), FreePort.Next() };
        var answered = 0;
        for (var life = 0; life < 2; life++)
        {
            await using var worker = Programs.Worker(_centre, ["run"]);
            await using var first = Programs.Api(_centre, ports[0], ("Jobs__InProcess", "true"));
            await using var second = Programs.Api(_centre, ports[1], ("Jobs__InProcess", "false"));
            foreach (var api in new[] { first, second })
                await api.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);

            var answeredBy = new int[ports.Length];
            var writing = ports.Select((port, i) => WriteUntilKilled(port, $"L{life}P{i}", () =>
            {
                Interlocked.Increment(ref answered);
                Interlocked.Increment(ref answeredBy[i]);
            })).ToList();
            await Until(() => answeredBy.All(count => Volatile.Read(ref count) >= 10)); // both, or one of them would have no chain
            (await Trail.Verify()).Fault.ShouldBeNull();
            await first.Kill();
            await second.Kill();
            await worker.Kill();
            await Task.WhenAll(writing);
        }

        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(0);
        var report = await Trail.Verify();
        report.Fault.ShouldBeNull();
        report.Chains.ShouldBeGreaterThanOrEqualTo(5); // our own, and one of each API's life
        report.Entries.ShouldBeGreaterThanOrEqualTo(answered);
    }

    [Fact]
    public async Task A_hundred_thousand_entries_are_verified_in_little_memory_with_a_line_for_each_tenth()
    {
        await Trail.Write(Institution(), 100_000, inOneTransaction: 10_000);
        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(0);

        var (exitCode, output) = await Programs.Run(_centre, ["audit", "verify"], ("DOTNET_GCHeapHardLimit", "0x1800000")); // 24 MB

        exitCode.ShouldBe(0, output);
        output.ShouldContain("Intact: 100003 entries");
        output.Split('\n').Count(line => line.StartsWith("verifying ", StringComparison.Ordinal)).ShouldBe(11);
    }

    private string Institution() => Trail.Ask("select id from institution where code = '9001'")!;

    private static async Task Until(Func<bool> done)
    {
        var clock = Stopwatch.StartNew();
        while (!done())
        {
            clock.Elapsed.ShouldBeLessThan(Patience);
            await Task.Delay(20);
        }
    }

    private async Task WriteUntilKilled(int port, string prefix, Action answered)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), DefaultRequestHeaders = { Authorization = new("Bearer", _bank.ApiKey) } };
        try
        {
            for (var number = 0; ; number++)
            {
                using var answer = await http.PutAsJsonAsync($"contracts/{prefix}N{number}", new { name = "客", tokenMode = "individual" });
                ((int)answer.StatusCode).ShouldBe(201);
                answered();
            }
        }
        catch (HttpRequestException)
        {
            // killed
        }
    }

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(_centre, arguments);
}
