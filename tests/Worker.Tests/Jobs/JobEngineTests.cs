using System.Net;
using System.Net.Sockets;
using KenshinOtp.Support;
using KenshinOtp.Worker.Jobs;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>What every engine must do, whichever the package set brings.</summary>
public sealed class JobEngineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("mail", "2026-11-22T04:00:00Z", "2026-11-22T04:00:02Z")]
    [InlineData("mail", "2026-11-22T04:00:01.5Z", "2026-11-22T04:00:02Z")]
    [InlineData("seal", "2026-11-22T04:00:31Z", "2026-11-22T04:01:30Z")]
    [InlineData("expiry", "2026-11-22T04:09:59Z", "2026-11-22T04:10:00Z")]
    [InlineData("grace", "2026-11-22T04:05:00Z", "2026-11-22T05:05:00Z")]
    [InlineData("cleanup", "2026-12-31T23:59:00Z", "2027-01-01T00:15:00Z")]
    public void The_next_ring_is_told_to_the_second(string job, string now, string next) =>
        JobCatalogue.Find(job)!.NextAfter(DateTimeOffset.Parse(now)).ShouldBe(DateTimeOffset.Parse(next));

    [Fact]
    public async Task A_ring_during_a_round_of_the_same_job_begins_no_second_round()
    {
        using var silent = new TcpListener(IPAddress.Loopback, port: 0); // takes connections and never says a word
        silent.Start();
        await using var centre = await Centre.Start();
        centre.Clock.Set(TimeProvider.System.GetUtcNow());
        var bank = await centre.Bank();
        await (await bank.Customer("S1", "first")).Issue("first@docomo.ne.jp");
        await using var worker = Programs.Worker(
            centre.Directory, ["run"],
            ("Mail__Transport", "smtp"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", $"{((IPEndPoint)silent.LocalEndpoint).Port}"), ("Mail__LeaseSeconds", "20"));
        using var patience = new CancellationTokenSource(Patience);
        using var held = await silent.AcceptTcpClientAsync(patience.Token);

        await (await bank.Customer("S1", "second")).Issue("second@docomo.ne.jp");
        await Task.Delay(TimeSpan.FromSeconds(5), patience.Token); // two rings and more

        silent.Pending().ShouldBeFalse();
        using var next = await silent.AcceptTcpClientAsync(patience.Token); // once the first round has given up
    }
}
