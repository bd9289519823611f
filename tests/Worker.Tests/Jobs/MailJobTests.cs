using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Support;
using KenshinOtp.Support.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Worker.Tests.Jobs;

/// <summary>Mail on its real way: over SMTP to a real Postfix and back out of a mailbox.</summary>
public sealed class MailJobTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private PostfixServer _postfix = null!;
    private Centre _centre = null!;
    private Bank _bank = null!;

    public async Task InitializeAsync()
    {
        _postfix = await PostfixServer.Start(CancellationToken.None);
        _centre = await Centre.Start(("Mail:Transport", "smtp"), ("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", $"{_postfix.Port}"));
        _bank = await _centre.Bank();
    }

    public async Task DisposeAsync()
    {
        await _centre.DisposeAsync();
        await _postfix.DisposeAsync();
    }

    [Theory]
    [InlineData("taro..t.@docomo.ne.jp")]
    [InlineData("-a@ezweb.ne.jp")]
    [InlineData(".a@docomo.ne.jp")]
    [InlineData("hanako+otp@softbank.ne.jp")]
    public async Task Odd_addresses_of_handsets_are_reached(string address)
    {
        var customer = await _bank.Customer();
        await customer.Issue(address);

        (await _centre.RunJob("mail")).ShouldBe(1);

        var mail = await _postfix.WaitFor(mail => mail.EnvelopeTo.Replace("\"", "", StringComparison.Ordinal) == address, Patience);
        mail.Subject.ShouldBe("【第9001信用組合】トークンアプリのご案内");
        mail.EnvelopeFrom.ShouldContain("otp-9001@kenshin.example");
        (await customer.Look())["token.mail"].ShouldBe("sent");
        var phone = _centre.Phone();
        (await phone.Activate(mail.Link!.Segments[^1], customer.ServiceId, customer.UserId, Customer.Pin)).Code.ShouldBe(200);
    }

    [Theory]
    [InlineData("refused@docomo.ne.jp", "User unknown")]
    [InlineData("unwanted@docomo.ne.jp", "No such mail here")]
    public async Task A_mail_that_is_refused_for_good_is_shown_in_a_line_and_not_tried_again(string address, string words)
    {
        var customer = await _bank.Customer();
        await customer.Issue(address);

        (await _centre.RunJob("mail")).ShouldBe(0);

        (await customer.Look())["token.mail"].ShouldBe("failed");
        var answer = await Answer();
        answer.ShouldMatch("^55[04] ");
        answer.ShouldContain(words);
        answer.ShouldNotContain('\n');
        _centre.Clock.Advance(TimeSpan.FromHours(1));
        (await _centre.RunJob("mail")).ShouldBe(0);
        (await Column("attempts")).ShouldBe("1");
        (await Column("body")).ShouldBeEmpty();

        await customer.Resend("taro@docomo.ne.jp");
        (await _centre.RunJob("mail")).ShouldBe(1);
        (await customer.Look())["token.mail"].ShouldBe("sent");
    }

    [Fact]
    public async Task An_address_that_is_refused_for_now_is_tried_again_later_and_later()
    {
        var customer = await _bank.Customer();
        await customer.Issue("later@docomo.ne.jp");
        await _centre.RunJob("mail");
        (await customer.Look())["token.mail"].ShouldBe("queued");
        (await Answer()).ShouldContain("450");

        await _centre.RunJob("mail");
        (await Column("attempts")).ShouldBe("1", "the time has not come");
        _centre.Clock.Advance(TimeSpan.FromSeconds(6));
        await _centre.RunJob("mail");
        (await Column("attempts")).ShouldBe("2");
        _centre.Clock.Advance(TimeSpan.FromSeconds(6));
        await _centre.RunJob("mail");
        (await Column("attempts")).ShouldBe("2", "the wait has doubled");

        _centre.Clock.Advance(TimeSpan.FromHours(25));
        await _centre.RunJob("mail");
        (await customer.Look())["token.mail"].ShouldBe("failed", "its link has died in the meantime");
    }

    [Fact]
    public async Task While_the_mail_server_is_down_issuance_answers_at_once_and_the_mail_goes_out_when_it_is_back()
    {
        await _postfix.Stop();
        var customers = new List<Customer>();
        for (var i = 0; i < 5; i++)
        {
            customers.Add(await _bank.Customer("S1", $"u{i}"));
            (await customers[i].Issue($"u{i}@docomo.ne.jp")).Code.ShouldBe(202);
        }

        for (var i = 0; i < 20; i++)
        {
            (await _centre.RunJob("mail")).ShouldBe(0);
            _centre.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await _postfix.Restart();
        _centre.Clock.Advance(TimeSpan.FromMinutes(1));

        (await _centre.RunJob("mail")).ShouldBe(5);
        foreach (var i in Enumerable.Range(0, 5))
            await _postfix.WaitFor(mail => mail.EnvelopeTo == $"u{i}@docomo.ne.jp", Patience);
    }

    [Fact]
    public async Task A_lease_that_nobody_settles_runs_out_and_the_mail_is_sent_again_under_the_same_id()
    {
        var customer = await _bank.Customer();
        await customer.Issue("taro@docomo.ne.jp");
        await Change("update outbox_mail set lease_owner = 'dead', lease_until = @Until", _centre.Now.AddSeconds(60));

        (await _centre.RunJob("mail")).ShouldBe(0);
        _centre.Clock.Advance(TimeSpan.FromSeconds(60));
        (await _centre.RunJob("mail")).ShouldBe(1);

        var mail = await _postfix.WaitFor(_ => true, Patience);
        mail.MessageId.ShouldBe(await Column("message_id"));
    }

    [Theory]
    [InlineData("body", "v1.0007.AAAA")]
    [InlineData("to_address", "nobody")]
    public async Task A_mail_that_cannot_be_read_keeps_no_other_from_leaving(string column, string text)
    {
        await (await _bank.Customer("S1", "broken")).Issue("broken@docomo.ne.jp");
        await Change($"update outbox_mail set {column} = '{text}', next_attempt_at = @Until", _centre.Now.AddSeconds(-1));
        await (await _bank.Customer("S1", "whole")).Issue("whole@docomo.ne.jp");

        (await _centre.RunJob("mail")).ShouldBe(1);

        await _postfix.WaitFor(mail => mail.EnvelopeTo == "whole@docomo.ne.jp", Patience);
    }

    [Fact]
    public async Task Many_mails_go_out_once_each_though_two_workers_send_them()
    {
        for (var i = 0; i < 40; i++)
            await (await _bank.Customer("S1", $"u{i}")).Issue($"u{i}@docomo.ne.jp");

        var workers = Enumerable.Range(0, 2).Select(_ => ActivatorUtilities.CreateInstance<DeliverMailJob>(_centre.Services)).ToList();
        var sent = await Task.WhenAll(workers.Select(worker => worker.RunOnce(CancellationToken.None)));

        sent.Sum().ShouldBe(40);
        await _postfix.WaitFor(_ => _postfix.Mails().Count >= 40, Patience);
        _postfix.Mails().Select(mail => mail.EnvelopeTo).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(0, 40).Select(i => $"u{i}@docomo.ne.jp").Order(StringComparer.Ordinal));
    }

    private Task<string> Answer() => Column("last_answer");

    private async Task<string> Column(string name)
    {
        await using var session = await _centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.Find<string>($"select {name} from outbox_mail", args: null, CancellationToken.None) ?? "";
    }

    private async Task Change(string sql, DateTimeOffset until)
    {
        await using var tx = await _centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await tx.Execute(sql, new { Until = until.ToUnixTimeMilliseconds() }, CancellationToken.None);
        await tx.Commit(1, CancellationToken.None);
    }
}
