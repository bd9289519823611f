using System.Net;
using System.Net.Http.Headers;
using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>How the demo starts, and what it says where it cannot.</summary>
public sealed class DemoStartTests : IAsyncLifetime
{
    private readonly DemoProgram _demo = new();

    public Task InitializeAsync() => _demo.Start();

    public async Task DisposeAsync() => await _demo.DisposeAsync();

    [Fact]
    public async Task Its_centre_is_ready_and_without_its_keys_it_does_not_start_again()
    {
        using var http = new HttpClient();
        (await http.GetAsync(new Uri(_demo.ApiUrl, "/health/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        await _demo.Stop();
        foreach (var key in Directory.GetFiles(Path.Combine(_demo.Data, "keys"), "master-*.key"))
            File.Delete(key);
        var (exitCode, output) = await _demo.Fail();

        exitCode.ShouldBe(1);
        output.ShouldContain("The master key '0001' is missing");
        output.ShouldContain("--reset");
        output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task The_drawer_comes_by_the_import_again_at_every_start_and_is_told_where_its_file_is_gone()
    {
        await _demo.Restart();
        var file = Path.Combine(_demo.Data, "hardware-tokens-9002.csv");
        using var line = new HttpClient { BaseAddress = _demo.ApiUrl };
        line.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await File.ReadAllTextAsync(Path.Combine(_demo.Data, "api-key-9002")));
        var outcome = await new KenshinClient(line, TimeProvider.System).ImportTokens(new(await File.ReadAllTextAsync(file)), "again", CancellationToken.None);
        outcome.Succeeded(out var result, out _).ShouldBeTrue();
        (result!.Imported, result.Unchanged, result.RejectedCount).ShouldBe((0, 3, 0));

        await _demo.Stop();
        File.Delete(file);
        for (var tries = 0; tries < 2; tries++)
        {
            var (exitCode, output) = await _demo.Fail();
            exitCode.ShouldBe(1);
            output.ShouldContain("The drawer's token file is missing: start again with --reset.");
        }
    }
}
