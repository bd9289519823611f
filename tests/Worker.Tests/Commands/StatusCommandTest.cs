using System.Text.Json;
using KenshinOtp.Security;
using KenshinOtp.Support;
using KenshinOtp.Worker.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>status</c> as a process of its own, beside a centre all of whose jobs have just had a round.</summary>
public abstract class StatusCommandTest : IAsyncLifetime
{
    protected Centre Centre { get; private set; } = null!;

    protected Bank Bank { get; private set; } = null!;

    protected AuditTrail Trail => new(Centre);

    public async Task InitializeAsync()
    {
        Centre = await Centre.Start();
        await Centre.Services.GetRequiredService<KeyCheck>().Verify(CancellationToken.None);
        Centre.Clock.Set(TimeProvider.System.GetUtcNow().AddMinutes(-20));
        Bank = await Centre.Bank();
        await Bank.CustomerWithToken();
        Centre.Clock.Set(TimeProvider.System.GetUtcNow());
        foreach (var job in JobCatalogue.All)
            await job.RunWatched(Centre.Services, CancellationToken.None);
    }

    public async Task DisposeAsync() => await Centre.DisposeAsync();

    protected static IEnumerable<string?> Troubles(JsonElement status) => status.GetProperty("troubles").EnumerateArray().Select(trouble => trouble.GetProperty("code").GetString());

    protected static JsonElement Parse(string output) => JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{'))).RootElement;

    protected Task<(int ExitCode, string Output)> Run(params string[] arguments) => Programs.Run(Centre, arguments);

    protected async Task<JsonElement> Json(int exitCode)
    {
        var run = await Run("status", "--json");
        run.ExitCode.ShouldBe(exitCode, run.Output);
        return Parse(run.Output);
    }
}
