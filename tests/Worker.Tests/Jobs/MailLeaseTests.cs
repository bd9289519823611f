using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>What becomes of the other mails of a batch when one is slow, or breaks what sends it.</summary>
public sealed class MailLeaseTests : IAsyncLifetime
{
    private Centre _centre = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        var bank = await _centre.Bank();
        for (var i = 0; i < 3; i++)
            await (await bank.Customer("S1", $"u{i}")).Issue($"u{i}@docomo.ne.jp");
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task A_mail_whose_lease_could_run_out_while_it_is_sent_is_given_back_and_the_attempt_does_not_count()
    {
        var job = Job(new Transport(_ => _centre.Clock.Advance(TimeSpan.FromSeconds(31))));

        (await job.RunOnce(CancellationToken.None)).ShouldBe(1);

        (await Rows()).ShouldBe(["queued 0", "queued 0", "sent 1"]);
        (await job.RunOnce(CancellationToken.None)).ShouldBe(1);
        (await job.RunOnce(CancellationToken.None)).ShouldBe(1);
        (await Rows()).ShouldBe(["sent 1", "sent 1", "sent 1"]);
    }

    [Fact]
    public async Task A_send_that_breaks_keeps_no_other_mail_from_leaving_and_being_settled()
    {
        var job = Job(new Transport(number =>
        {
            if (number == 2)
                throw new InvalidOperationException("A bug.");
        }));

        (await job.RunOnce(CancellationToken.None)).ShouldBe(2);

        (await Rows()).ShouldBe(["queued 1", "sent 1", "sent 1"]);
        _centre.Clock.Advance(TimeSpan.FromSeconds(6));
        (await job.RunOnce(CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_is_ended_settles_what_it_has_sent_and_gives_the_rest_back()
    {
        using var end = new CancellationTokenSource();
        var job = Job(new Transport(_ => end.Cancel()));

        await Should.ThrowAsync<OperationCanceledException>(() => job.RunOnce(end.Token));

        (await Rows()).ShouldBe(["queued 0", "queued 0", "sent 1"]);
    }

    private DeliverMailJob Job(IMailTransport transport) =>
        ActivatorUtilities.CreateInstance<DeliverMailJob>(_centre.Services, transport, new DeliverySettings(TimeSpan.FromSeconds(60), Lanes: 1));

    private async Task<IReadOnlyList<string>> Rows()
    {
        await using var session = await _centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return [.. (await session.List<Row>("select status, attempts from outbox_mail order by status, attempts", args: null, CancellationToken.None)).Select(row => $"{row.Status} {row.Attempts}")];
    }

    private sealed class Row
    {
        public string Status { get; init; } = "";
        public int Attempts { get; init; }
    }

    /// <summary>Takes every mail over, after something has happened.</summary>
    private sealed class Transport(Action<int> happens) : IMailTransport
    {
        private int _number;

        public Task<DeliveryOutcome> Send(LeasedMail mail, string body, CancellationToken ct)
        {
            happens(++_number);
            return Task.FromResult(new DeliveryOutcome(DeliveryVerdict.Accepted));
        }
    }
}
