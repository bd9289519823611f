using System.Net;

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
}
