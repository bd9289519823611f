using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>Mail on its real way: over SMTP to a real Postfix and back out of a mailbox.</summary>
public sealed class MailJobTests : PostfixTest
{
    [Theory]
    [InlineData("taro..t.@docomo.ne.jp")]
    [InlineData("-a@ezweb.ne.jp")]
    [InlineData(".a@docomo.ne.jp")]
    [InlineData("hanako+otp@softbank.ne.jp")]
    public async Task Odd_addresses_of_handsets_are_reached(string address)
    {
        var customer = await Bank.Customer();
        await customer.Issue(address);

        (await Centre.RunJob("mail")).ShouldBe(1);

        var mail = await Postfix.WaitFor(mail => mail.EnvelopeTo.Replace("\"", "", StringComparison.Ordinal) == address, Patience);
        mail.Subject.ShouldBe("【第9001信用組合】トークンアプリのご案内");
        mail.EnvelopeFrom.ShouldContain("otp-9001@kenshin.example");
        (await customer.Look())["token.mail"].ShouldBe("sent");
        var phone = Centre.Phone();
        (await phone.Activate(mail.Link!.Segments[^1], customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
    }

    [Theory]
    [InlineData("refused@docomo.ne.jp", "User unknown")]
    [InlineData("unwanted@docomo.ne.jp", "No such mail here")]
    public async Task A_mail_that_is_refused_for_good_is_shown_in_a_line_and_not_tried_again(string address, string words)
    {
        var customer = await Bank.Customer();
        await customer.Issue(address);

        (await Centre.RunJob("mail")).ShouldBe(0);

        (await customer.Look())["token.mail"].ShouldBe("failed");
        var answer = await Answer();
        answer.ShouldMatch("^55[04] ");
        answer.ShouldContain(words);
        answer.ShouldNotContain('\n');
        Centre.Log.Text.ShouldMatch(@"Mail [0-9a-f]{32}: Refused at attempt 1, 55[04]\b");
        Centre.Clock.Advance(TimeSpan.FromHours(1));
        (await Centre.RunJob("mail")).ShouldBe(0);
        (await Column("attempts")).ShouldBe("1");
        (await Column("body")).ShouldBeEmpty();

        await customer.Resend("taro@docomo.ne.jp");
        (await Centre.RunJob("mail")).ShouldBe(1);
        (await customer.Look())["token.mail"].ShouldBe("sent");
    }

    [Fact]
    public async Task An_address_that_is_refused_for_now_is_tried_again_later_and_later()
    {
        var customer = await Bank.Customer();
        await customer.Issue("later@docomo.ne.jp");
        await Centre.RunJob("mail");
        (await customer.Look())["token.mail"].ShouldBe("queued");
        (await Answer()).ShouldContain("450");

        await Centre.RunJob("mail");
        (await Column("attempts")).ShouldBe("1", "the time has not come");
        Centre.Clock.Advance(TimeSpan.FromSeconds(6));
        await Centre.RunJob("mail");
        (await Column("attempts")).ShouldBe("2");
        Centre.Clock.Advance(TimeSpan.FromSeconds(6));
        await Centre.RunJob("mail");
        (await Column("attempts")).ShouldBe("2", "the wait has doubled");

        Centre.Clock.Advance(TimeSpan.FromHours(25));
        await Centre.RunJob("mail");
        (await customer.Look())["token.mail"].ShouldBe("failed", "its link has died in the meantime");
    }

    [Fact]
    public async Task While_the_mail_server_is_down_issuance_answers_at_once_and_the_mail_goes_out_when_it_is_back()
    {
        await Postfix.Stop();
        var customers = new List<Customer>();
        for (var i = 0; i < 5; i++)
        {
            customers.Add(await Bank.Customer("S1", $"u{i}"));
            (await customers[i].Issue($"u{i}@docomo.ne.jp")).Code.ShouldBe(202);
        }

        for (var i = 0; i < 20; i++)
        {
            (await Centre.RunJob("mail")).ShouldBe(0);
            Centre.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await Postfix.Restart();
        Centre.Clock.Advance(TimeSpan.FromMinutes(1));

        (await Centre.RunJob("mail")).ShouldBe(5);
        foreach (var i in Enumerable.Range(0, 5))
            await Postfix.WaitFor(mail => mail.EnvelopeTo == $"u{i}@docomo.ne.jp", Patience);
    }

    [Fact]
    public async Task A_connection_is_used_again_within_a_minute_and_not_trusted_after_that()
    {
        int Connections() => Postfix.Log.Split('\n').Count(line => line.Contains("]: connect from", StringComparison.Ordinal));
        var before = Connections();
        foreach (var wait in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(70) })
        {
            Centre.Clock.Advance(wait);
            await (await Bank.Customer("S1", $"u{wait.TotalSeconds}")).Issue("taro@docomo.ne.jp");
            (await Centre.RunJob("mail")).ShouldBe(1);
        }

        (Connections() - before).ShouldBe(2);
    }

    [Fact]
    public async Task A_lease_that_nobody_settles_runs_out_and_the_mail_is_sent_again_under_the_same_id()
    {
        var customer = await Bank.Customer();
        await customer.Issue("taro@docomo.ne.jp");
        await Change("update outbox_mail set lease_owner = 'dead', lease_until = @Until", Centre.Now.AddSeconds(60));

        (await Centre.RunJob("mail")).ShouldBe(0);
        Centre.Clock.Advance(TimeSpan.FromSeconds(60));
        (await Centre.RunJob("mail")).ShouldBe(1);

        var mail = await Postfix.WaitFor(_ => true, Patience);
        mail.MessageId.ShouldBe(await Column("message_id"));
    }

    [Theory]
    [InlineData("body", "v1.0007.AAAA")]
    [InlineData("to_address", "nobody")]
    public async Task A_mail_that_cannot_be_read_keeps_no_other_from_leaving(string column, string text)
    {
        await (await Bank.Customer("S1", "broken")).Issue("broken@docomo.ne.jp");
        await Change($"update outbox_mail set {column} = '{text}', next_attempt_at = @Until", Centre.Now.AddSeconds(-1));
        await (await Bank.Customer("S1", "whole")).Issue("whole@docomo.ne.jp");

        (await Centre.RunJob("mail")).ShouldBe(1);

        await Postfix.WaitFor(mail => mail.EnvelopeTo == "whole@docomo.ne.jp", Patience);
    }

    [Fact]
    public async Task Many_mails_go_out_once_each_though_two_workers_send_them()
    {
        for (var i = 0; i < 40; i++)
            await (await Bank.Customer("S1", $"u{i}")).Issue($"u{i}@docomo.ne.jp");

        var workers = Enumerable.Range(0, 2).Select(_ => ActivatorUtilities.CreateInstance<DeliverMailJob>(Centre.Services)).ToList();
        var sent = await Task.WhenAll(workers.Select(worker => worker.RunOnce(CancellationToken.None)));

        sent.Sum().ShouldBe(40);
        await Postfix.WaitFor(_ => Postfix.Mails().Count >= 40, Patience);
        Postfix.Mails().Select(mail => mail.EnvelopeTo).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, 40).Select(i => $"u{i}@docomo.ne.jp").Order(StringComparer.Ordinal));
    }

    private Task<string> Answer() => Column("last_answer");

    private async Task<string> Column(string name)
    {
        await using var session = await Centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.Find<string>($"select {name} from outbox_mail", args: null, CancellationToken.None) ?? "";
    }

    private async Task Change(string sql, DateTimeOffset until)
    {
        await using var tx = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await tx.Execute(sql, new { Until = until.ToUnixTimeMilliseconds() }, CancellationToken.None);
        await tx.Commit(1, CancellationToken.None);
    }
}
