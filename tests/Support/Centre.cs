using KenshinOtp.Api;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Support.Databases;
using KenshinOtp.Worker.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KenshinOtp.Support;

/// <summary>
/// The product as its users meet it: the real application on a real port of this machine, on a database and keys of its own, with a clock that the
/// test moves. Jobs run when the test rings for them.
/// </summary>
public sealed class Centre : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _first;
    private bool _stopped;

    private Centre(WebApplication app, string directory, TestDatabase database, FakeClock clock, CapturedLog log, bool first)
    {
        (_app, Directory, Database, Clock, Log, _first) = (app, directory, database, clock, log, first);
        Url = new Uri(app.Urls.Single());
    }

    public FakeClock Clock { get; }

    public CapturedLog Log { get; }

    public Uri Url { get; }

    public TestDatabase Database { get; }

    /// <summary>Where keys and mails of this centre lie, and its database if that is a file.</summary>
    public string Directory { get; }

    public string MailDirectory => Path.Combine(Directory, "mail");

    public IServiceProvider Services => _app.Services;

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <param name="settings">Settings that differ, for example <c>("Mail:Transport", "smtp")</c>.</param>
    public static async Task<Centre> Start(params (string Key, string Value)[] settings)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("kenshin-otp-").FullName;
        return await Start(directory, await TestDatabase.Create(TestEngines.Chosen, directory), new FakeClock(), first: true, Processes.FreePort.Next(), settings);
    }

    /// <summary>Ends the application; what it kept stays, and it can be started <see cref="Again"/>.</summary>
    public async Task Stop()
    {
        if (_stopped)
            return;
        _stopped = true;
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>Starts the stopped application at the same address, on another database. It ends before this one is disposed.</summary>
    public Task<Centre> Again(TestDatabase database) => Start(Directory, database, Clock, first: false, Url.Port, []);

    /// <summary>Another node on the same database, with the same keys and the same clock. The first one ends last.</summary>
    public Task<Centre> Beside(params (string Key, string Value)[] settings) =>
        Start(Directory, Database, Clock, first: false, Processes.FreePort.Next(), [("PublicUrl", Url.ToString()), .. settings]);

    private static async Task<Centre> Start(string directory, TestDatabase database, FakeClock clock, bool first, int port, (string Key, string Value)[] settings)
    {
        var log = new CapturedLog();
        var app = ApiHost.Build([], builder =>
        {
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
            builder.Configuration.AddInMemoryCollection(Defaults(directory, port));
            builder.Configuration.AddInMemoryCollection(database.Settings.Concat(settings).Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        });
        await app.Services.GetRequiredService<Migrator>().Migrate(CancellationToken.None);
        await app.Services.ProveStart(CancellationToken.None);
        await app.StartAsync();
        return new Centre(app, directory, database, clock, log, first);
    }

    /// <summary>A bank with its own institution and API key.</summary>
    public async Task<Bank> Bank(string code = "9001", string preset = "kenshin", params (string Key, string Value)[] policy)
    {
        var desk = Services.GetRequiredService<InstitutionDesk>();
        var added = await desk.Add(code, $"第{code}信用組合", preset, $"otp-{code}@kenshin.example", CancellationToken.None);
        if (added.Problem is not null)
            throw new InvalidOperationException(added.Problem.Detail);
        if (policy.Length > 0)
        {
            var changed = await desk.ChangePolicy(code, [.. policy.Select(p => KeyValuePair.Create(p.Key, p.Value))], CancellationToken.None);
            if (changed.Problem is not null)
                throw new InvalidOperationException(string.Join(' ', changed.Problem.Errors!.SelectMany(error => error.Value)));
        }

        var key = await Services.GetRequiredService<ApiKeys>().Add(added.Value!.Code, "bank", CancellationToken.None);
        return new Bank(this, code, key.Value!);
    }

    /// <summary>A phone in somebody's hand.</summary>
    public Phone Phone() => new(this);

    /// <summary>Runs one round of a job.</summary>
    public Task<int> RunJob(string name) => JobCatalogue.Find(name)!.RunOnce(Services, CancellationToken.None);

    /// <summary>The mails in the pickup directory, oldest first, after a round of the mail job.</summary>
    public async Task<IReadOnlyList<Mail.ReceivedMail>> DeliveredMails()
    {
        await RunJob("mail");
        return [.. new DirectoryInfo(MailDirectory).GetFiles("*.eml").OrderBy(file => file.LastWriteTimeUtc)
            .Select(file => Mail.ReceivedMail.Parse(File.ReadAllBytes(file.FullName)))];
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (!_first)
            return;
        await Database.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static IEnumerable<KeyValuePair<string, string?>> Defaults(string directory, int port) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Keys:Directory"] = Path.Combine(directory, "keys"),
        ["PublicUrl"] = $"http://127.0.0.1:{port}",
        ["Mail:Transport"] = "pickup",
        ["Mail:PickupDirectory"] = Path.Combine(directory, "mail"),
        ["Jobs:InProcess"] = "false",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace",
    };
}
