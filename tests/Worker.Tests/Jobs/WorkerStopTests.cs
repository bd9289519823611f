using System.Net;
using System.Net.Sockets;
using KenshinOtp.Data;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>A worker that is told to end, as service managers do it, amid a round.</summary>
public sealed class WorkerStopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25); // less than the mail server may take, and than a host waits
    private static readonly TimeSpan LongerThanACommand = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData]
    [InlineData("run")]
    public async Task It_gives_back_what_it_holds_and_ends_well_though_the_mail_server_is_silent_and_the_database_busy(params string[] arguments)
    {
        using var silent = new TcpListener(IPAddress.Loopback, port: 0); // takes connections and never says a word
        silent.Start();
        await using var centre = await Centre.Start();
        centre.Clock.Set(TimeProvider.System.GetUtcNow());
        await (await (await centre.Bank()).Customer()).Issue("yamada@docomo.ne.jp");
        await using var worker = Programs.Worker(
            centre, arguments,
            ("Mail__Transport", "smtp"), ("Mail__Smtp__Host", "127.0.0.1"), ("Mail__Smtp__Port", $"{((IPEndPoint)silent.LocalEndpoint).Port}"), ("Mail__LeaseSeconds", "120"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var held = await silent.AcceptTcpClientAsync(patience.Token);
        var trail = new AuditTrail(centre);
        trail.Ask("select count(*) from outbox_mail where lease_owner is not null").ShouldBe("1");

        var writing = await centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await writing.Execute("update outbox_mail set lease_until = lease_until", args: null, CancellationToken.None);
        var ended = worker.Terminate(Patience);
        await Task.Delay(LongerThanACommand, patience.Token);
        await writing.DisposeAsync();

        (await ended).ShouldBe(0, worker.Output);
        worker.Output.ShouldContain("Job mail: stopped");
        trail.Ask("select count(*) from outbox_mail where status = 'queued' and lease_owner is null").ShouldBe("1");
    }
}
