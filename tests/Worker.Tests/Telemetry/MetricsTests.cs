using KenshinOtp.Housekeeping;
using KenshinOtp.Support;
using KenshinOtp.Support.Mail;
using KenshinOtp.Worker.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Telemetry;

public sealed class MetricsTests : IAsyncLifetime
{
    private Centre _centre = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _bank = await _centre.Bank();
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task Verifications_are_counted_by_result_and_reason_once_they_are_durable()
    {
        var (customer, phone) = await _bank.CustomerWithToken();
        using var measured = new Measured(_centre);
        var (password, wrong) = (await phone.Password(), await phone.WrongPassword());

        (await customer.Verify(password))["result"].ShouldBe("accepted");
        (await customer.Verify(password))["reason"].ShouldBe("otp_replayed");
        (await customer.Verify(wrong))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(wrong))["reason"].ShouldBe("otp_mismatch");
        (await customer.Verify(wrong, transaction: "login"))["reason"].ShouldBe("otp_not_required");
        (await new Customer(_bank, "S9999999", "nobody").Verify(password)).Code.ShouldBe(404);

        const string count = "kenshin.verification.count";
        measured.TagsOf(count).ShouldBe([
            "result=accepted", "result=rejected reason=otp_mismatch", "result=rejected reason=otp_not_required", "result=rejected reason=otp_replayed"]);
        measured.Of(count, "result=accepted").Sum().ShouldBe(1);
        measured.Of(count, "result=rejected reason=otp_replayed").Sum().ShouldBe(1);
        measured.Of(count, "result=rejected reason=otp_mismatch").Sum().ShouldBe(2);
        measured.Of("kenshin.verification.duration").Count.ShouldBe(5, "who has no contract has no verification");
        measured.Of("kenshin.verification.batch.size").Sum().ShouldBe(6);
        measured.Of("kenshin.audit.entry.count", "action=verification.accepted").Sum().ShouldBe(1);
        measured.Of("kenshin.audit.entry.count", "action=phishing.suspected").Sum().ShouldBe(1);
    }

    [Fact]
    public async Task Two_hundred_verifications_at_once_are_all_counted_and_share_commits()
    {
        var (customer, phone) = await _bank.CustomerWithToken();
        using var measured = new Measured(_centre);
        var password = await phone.Password();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => customer.Verify(password)));

        measured.Of("kenshin.verification.count", "result=accepted").Sum().ShouldBe(1);
        measured.Of("kenshin.verification.count", "result=rejected reason=otp_replayed").Sum().ShouldBe(199);
        var batches = measured.Of("kenshin.verification.batch.size");
        batches.Sum().ShouldBe(200);
        batches.Count.ShouldBeLessThan(200);
    }

    [Fact]
    public async Task A_token_on_its_way_is_counted_by_the_actions_of_the_audit_trail()
    {
        using var measured = new Measured(_centre);

        var customer = await _bank.Customer();
        await customer.Issue();
        var phone = _centre.Phone();
        (await phone.Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, "0000")).Problem.ShouldBe("activation_failed");
        (await phone.Activate(await customer.DownloadCode(), customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);

        foreach (var action in new[] { "token.issued", "activation.refused", "token.activated" })
            measured.Of("kenshin.audit.entry.count", $"action={action}").Sum().ShouldBe(1, action);
    }

    [Fact]
    public async Task Mails_are_counted_by_what_the_server_said()
    {
        await using var postfix = await PostfixServer.Start(CancellationToken.None);
        await using var centre = await Centre.Start(("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", $"{postfix.Port}"));
        var bank = await centre.Bank();
        using var measured = new Measured(centre);
        foreach (var address in new[] { "taro@docomo.ne.jp", "hanako@docomo.ne.jp", "refused@docomo.ne.jp", "later@docomo.ne.jp" })
            await (await bank.Customer("S1", address[..4])).Issue(address);

        (await centre.RunJob("mail")).ShouldBe(2);
        await postfix.Stop();
        centre.Clock.Advance(TimeSpan.FromMinutes(1));
        await centre.RunJob("mail");

        foreach (var (outcome, mails) in new[] { ("sent", 2), ("refused", 1), ("deferred", 1), ("unreachable", 1) })
            measured.Of("kenshin.mail.count", $"outcome={outcome}").Sum().ShouldBe(mails, outcome);
    }

    [Fact]
    public async Task Rounds_of_jobs_are_timed_by_what_came_of_them()
    {
        using var measured = new Measured(_centre);
        await JobCatalogue.Find("expiry")!.RunWatched(_centre.Services, CancellationToken.None);
        await Should.ThrowAsync<TimeoutException>(() => _centre.Services.GetRequiredService<JobRuns>().Watch(
            "expiry",
            _ =>
            {
                _centre.Clock.Advance(TimeSpan.FromSeconds(90));
                throw new TimeoutException();
            },
            CancellationToken.None));

        measured.Of("kenshin.job.duration", "job=expiry outcome=good").ShouldBe([0]);
        measured.Of("kenshin.job.duration", "job=expiry outcome=failed").ShouldBe([90]);
        measured.Gauge("kenshin.job.good.age", "job=expiry").ShouldBe(90);
        measured.Gauge("kenshin.job.good.age", "job=mail").ShouldBeNull();
    }

    [Fact]
    public async Task What_waits_is_observed_and_the_database_asked_at_most_every_five_seconds()
    {
        using var measured = new Measured(_centre);
        await (await _bank.Customer("S1", "first")).Issue();
        _centre.Clock.Advance(TimeSpan.FromMinutes(10));
        measured.Gauge("kenshin.mail.waiting").ShouldBe(1);
        measured.Gauge("kenshin.mail.oldest.age").ShouldBe(600);
        measured.Gauge("kenshin.mail.failed").ShouldBe(0);
        measured.Gauge("kenshin.audit.unsealed.age").ShouldBe(600);
        measured.Gauge("kenshin.audit.seal.age").ShouldBeNull();

        await (await _bank.Customer("S1", "second")).Issue("second@docomo.ne.jp");
        await _centre.RunJob("seal");
        measured.Gauge("kenshin.mail.waiting").ShouldBe(1, "it is the reading of just now");
        _centre.Clock.Advance(TimeSpan.FromSeconds(5));
        measured.Gauge("kenshin.mail.waiting").ShouldBe(2);
        measured.Gauge("kenshin.audit.seal.age").ShouldBe(5);
        measured.Gauge("kenshin.audit.unsealed.age").ShouldBe(0);
        await _centre.RunJob("mail");
        _centre.Clock.Advance(TimeSpan.FromSeconds(5));
        measured.Gauge("kenshin.mail.waiting").ShouldBe(0);
        measured.Gauge("kenshin.mail.oldest.age").ShouldBe(0);
    }

    [Fact]
    public void Gauges_are_silent_while_the_database_has_no_answer_and_speak_again_when_it_has()
    {
        using var measured = new Measured(_centre);
        measured.Gauge("kenshin.mail.waiting").ShouldBe(0);
        var trail = new AuditTrail(_centre);
        trail.Rename("outbox_mail", "outbox_away");
        _centre.Clock.Advance(TimeSpan.FromSeconds(5));
        measured.Gauge("kenshin.mail.waiting").ShouldBeNull();

        trail.Rename("outbox_away", "outbox_mail");
        _centre.Clock.Advance(TimeSpan.FromSeconds(5));

        measured.Gauge("kenshin.mail.waiting").ShouldBe(0);
    }
}
