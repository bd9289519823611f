using System.Net.Http.Json;
using KenshinOtp.Security;
using KenshinOtp.Support;
using KenshinOtp.Support.Import;
using KenshinOtp.Support.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary>A new master key where several processes, and several hosts with a directory of keys each, share the database.</summary>
public sealed class KeyHostsTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly (string, string)[] Unlimited =
    [
        ("Jobs__InProcess", "false"), ("RateLimits__PerAddressPerMinute", "1000000"), ("RateLimits__PerThingPerMinute", "1000000"),
        ("RateLimits__EnrollmentsPerInstitutionPerMinute", "1000000"),
    ];

    private Centre _centre = null!;
    private Bank _bank = null!;

    private AuditTrail Trail => new(_centre);

    private string Keys => Path.Combine(_centre.Directory, "keys");

    private string OtherKeys => Path.Combine(_centre.Directory, "other-keys");

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start(("RateLimits:EnrollmentsPerInstitutionPerMinute", "1000"));
        _centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-10));
        _bank = await _centre.Bank("9002", "shinkin-personal");
        (await Run("jobs", "run", "seal")).ExitCode.ShouldBe(0);
        Directory.CreateDirectory(OtherKeys);
        File.Copy(Path.Combine(Keys, "master-0001.key"), Path.Combine(OtherKeys, "master-0001.key"));
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task Programs_that_run_during_a_rotation_lose_no_request_and_leave_nothing_under_the_old_key()
    {
        await Import(10_000);
        var pairs = new List<(Customer Customer, Phone Phone)>();
        for (var i = 0; i < 4; i++)
            pairs.Add(await _bank.CustomerWithRegisteredToken($"S{i}"));
        var ports = new[] { FreePort.Next(), FreePort.Next() };
        await using var worker = Programs.Worker(_centre.Directory, ["run"]);
        await using var first = Programs.Api(_centre.Directory, ports[0], Unlimited);
        await using var second = Programs.Api(_centre.Directory, ports[1], Unlimited);
        foreach (var api in new[] { first, second })
            await api.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);

        using var ended = new CancellationTokenSource();
        var working = ports.Select(port => Work(port, pairs, ended.Token)).ToList();
        var rotated = await Run("keys", "rotate");
        await ended.CancelAsync();
        var accepted = (await Task.WhenAll(working)).Sum();

        rotated.ExitCode.ShouldBe(0, rotated.Output);
        accepted.ShouldBeGreaterThanOrEqualTo(pairs.Count);
        Trail.Ask("select count(*) from token where secret like 'v1.0001.%'").ShouldBe("0");
        Trail.Ask("select count(*) > 10000 from token where secret like 'v1.0002.%'").ShouldBe("1");
        Trail.Ask("select count(*) > 0 from audit_entry where action = 'token.enrolled' and mac like '0002.%'").ShouldBe("1");
        (await Run("audit", "verify")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task An_import_under_way_takes_up_the_key_that_the_database_names_meanwhile()
    {
        await using var import = Programs.Worker(_centre.Directory, ["tokens", "import", "--institution", "9002", Stock(50_000)]);
        await import.WaitForLine(line => line.StartsWith("importing", StringComparison.Ordinal), Patience);
        var (database, register) = (_centre.Services.GetRequiredService<Data.Database>(), _centre.Services.GetRequiredService<KeyRegister>());
        var key = _centre.Services.GetRequiredService<IKeyRing>().Add("0001");
        await using (var tx = await database.Begin(CancellationToken.None))
        {
            await register.Activate(tx, key, mustBePrepared: false, CancellationToken.None);
            await tx.Commit(key, CancellationToken.None);
        }

        string? before;
        await using (await database.Begin(CancellationToken.None)) // nobody writes meanwhile
        {
            before = Trail.Ask("select count(*) from token where secret like 'v1.0001.%'");
            await Task.Delay(KeyWatch.Settled);
        }

        (await import.WaitForExit(Patience)).ShouldBe(0, import.Output);
        Trail.Ask("select count(*) from token where secret like 'v1.0001.%'").ShouldBe(before);
        Trail.Ask("select count(*) from token").ShouldBe("50000");
    }

    [Fact]
    public async Task A_prepared_key_seals_nothing_and_each_host_proves_that_it_has_it()
    {
        await _bank.CustomerWithRegisteredToken();
        var made = await Run("keys", "rotate", "--prepare");
        made.ExitCode.ShouldBe(0);
        made.Output.ShouldContain("Made key 0002, which seals nothing yet");
        (await Run("keys", "rotate", "--prepare")).Output.ShouldContain("Key 0002 is prepared, and it is here");
        (await RunThere("keys", "rotate", "--prepare")).ShouldBeRefused("master key '0002' is missing");
        (await RunThere("keys", "rotate")).ShouldBeRefused("master key '0002' is missing");
        (await RunThere("jobs", "run", "seal")).ExitCode.ShouldBe(0);
        await _bank.EnrolledPhone();
        (await Run("jobs", "run", "expiry")).ExitCode.ShouldBe(0);
        Trail.Ask("select count(*) from token where secret not like 'v1.0001.%'").ShouldBe("0");

        await File.WriteAllTextAsync(Path.Combine(OtherKeys, "master-0002.key"), Convert.ToBase64String(new byte[32]));
        (await RunThere("keys", "rotate", "--prepare")).ShouldBeRefused("another key has its name");
        File.Copy(Path.Combine(Keys, "master-0002.key"), Path.Combine(OtherKeys, "master-0002.key"), overwrite: true);
        (await RunThere("keys", "rotate", "--prepare")).Output.ShouldContain("Key 0002 is prepared, and it is here");
        var old = Trail.Ask("select (select count(*) from token where secret like 'v1.0001.%') + (select count(*) from http_key where element like 'v1.0001.%')");
        (await RunThere("keys", "rotate")).Output.ShouldContain($"Key 0002 seals now; {old} values were sealed anew.");
        Trail.Ask("select count(*) from audit_entry where action like 'keys.%'").ShouldBe("3");
    }

    [Fact]
    public async Task A_host_without_the_key_says_so_and_goes_on_as_soon_as_it_has_it()
    {
        var port = FreePort.Next();
        await using var there = Programs.Api(_centre.Directory, port, [.. Unlimited, ("Keys__Directory", OtherKeys)]);
        await there.WaitForLine(line => line.Contains("Application started", StringComparison.Ordinal), Patience);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        (await http.GetAsync("health/ready")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);

        (await Run("keys", "rotate")).ExitCode.ShouldBe(0);

        (await http.GetAsync("health/ready")).StatusCode.ShouldBe(System.Net.HttpStatusCode.ServiceUnavailable);
        (await http.PostAsJsonAsync("app/v1/enrollments", new { institution = "9002" })).StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        Trail.Ask("select secret like 'v1.0001.%' from token").ShouldBe("1");
        (await RunThere("jobs", "run", "seal")).ShouldBeRefused("master key '0002' is missing");
        File.Copy(Path.Combine(Keys, "master-0002.key"), Path.Combine(OtherKeys, "master-0002.key"));
        (await http.GetAsync("health/ready")).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        (await http.PostAsJsonAsync("app/v1/enrollments", new { institution = "9002" })).StatusCode.ShouldBe(System.Net.HttpStatusCode.Created);
        Trail.Ask("select count(*) from token where secret like 'v1.0002.%'").ShouldBe("1");
    }

    [Fact]
    public async Task A_directory_that_lost_its_keys_is_told_of_and_gets_none_of_its_own()
    {
        File.Delete(Path.Combine(OtherKeys, "master-0001.key"));

        (await RunThere("staff", "list", "--institution", "9002")).ShouldBeRefused(OtherKeys);

        Directory.EnumerateFiles(OtherKeys).ShouldBeEmpty();
    }

    private async Task Import(int tokens) => (await Run("tokens", "import", "--institution", "9002", Stock(tokens))).ExitCode.ShouldBe(0);

    private string Stock(int tokens)
    {
        var file = Path.Combine(_centre.Directory, "stock.csv");
        File.WriteAllLines(file, Enumerable.Range(0, tokens).Select(i => new HardToken($"HT{i:D8}").Csv));
        return file;
    }

    /// <summary>Makes tokens and verifies passwords until told to end; every call must be answered as on any other day.</summary>
    /// <returns>How many passwords were accepted.</returns>
    private async Task<int> Work(int port, List<(Customer Customer, Phone Phone)> pairs, CancellationToken ended)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/"), DefaultRequestHeaders = { Authorization = new("Bearer", _bank.ApiKey) } };
        var accepted = 0;
        for (var i = 0; !ended.IsCancellationRequested; i++)
        {
            var (customer, phone) = pairs[i % pairs.Count];
            _centre.Clock.Set(TimeProvider.System.GetUtcNow());
            var otp = await phone.Password();
            using var made = await http.PostAsJsonAsync("app/v1/enrollments", new { institution = "9002" }, CancellationToken.None);
            ((int)made.StatusCode).ShouldBe(201);
            var verified = await Reply.Of(http.PostAsJsonAsync(
                "api/v1/verifications", new { serviceId = customer.ServiceId, userId = customer.UserId, transaction = "transfer", otp }, CancellationToken.None));
            verified.Code.ShouldBe(200);
            (verified["reason"] ?? "otp_replayed").ShouldBe("otp_replayed");
            accepted += verified["result"] == "accepted" ? 1 : 0;
        }

        return accepted;
    }

    private Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(_centre.Directory, arguments);

    /// <summary>The same on a host with a directory of keys of its own.</summary>
    private Task<(int ExitCode, string Output)> RunThere(params string[] arguments) => Programs.Run(_centre.Directory, arguments, ("Keys__Directory", OtherKeys));
}

internal static class Refusals
{
    public static void ShouldBeRefused(this (int ExitCode, string Output) answer, string words)
    {
        answer.ExitCode.ShouldBe(1, answer.Output);
        answer.Output.ShouldContain(words);
    }
}
