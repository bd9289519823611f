using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Worker.Tests.RealParts;

/// <summary>That the mail server the other tests rely on is a real one and treats odd addresses as the carriers do.</summary>
public sealed class PostfixServerTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private PostfixServer postfix = null!;

    public async Task InitializeAsync() => postfix = await PostfixServer.Start(CancellationToken.None);

    public async Task DisposeAsync() => await postfix.DisposeAsync();

    [Theory]
    [InlineData("\"taro..t.\"@docomo.ne.jp", "taro..t.@docomo.ne.jp")]
    [InlineData("\".a\"@docomo.ne.jp", ".a@docomo.ne.jp")]
    [InlineData("-a@ezweb.ne.jp", "-a@ezweb.ne.jp")]
    [InlineData("hanako@softbank.ne.jp", "hanako@softbank.ne.jp")]
    public async Task Mail_to_an_address_as_phones_have_it_arrives(string written, string reached)
    {
        await Send(written);

        var mail = await postfix.WaitFor(m => m.EnvelopeTo == reached, Soon);

        mail.From.ShouldBe("しが県信 <shiga-kenshin@kenshin.example>");
        mail.EnvelopeFrom.ShouldBe("shiga-kenshin@kenshin.example");
        mail.Subject.ShouldBe("【滋賀県信用組合】ワンタイムパスワードのダウンロードのお知らせ(テスト用の長い件名)");
        mail.Body.ShouldStartWith("次のURLを開いてください。\nhttps://otp.example.jp/d/");
        mail.Link.ShouldBe(new Uri("https://otp.example.jp/d/0123456789abcdef?x=1"));
        mail.Raw.ShouldContain("Subject: =?utf-8?");
    }

    [Theory]
    [InlineData("refused.taro@docomo.ne.jp", 550)]
    [InlineData("\"refused..taro\"@docomo.ne.jp", 550)]
    [InlineData("later.taro@docomo.ne.jp", 450)]
    [InlineData("taro@elsewhere.example", 554)]
    public async Task A_mail_nobody_takes_is_refused_during_the_conversation(string to, int code)
    {
        // Not always an SmtpFailedRecipientException: System.Net.Mail does not count 554 among the refusals of a recipient.
        var refusal = await Should.ThrowAsync<SmtpException>(() => Send(to));

        ((int)refusal.StatusCode).ShouldBe(code);
        postfix.Mails().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stopped_server_refuses_connections_and_comes_back_on_the_same_port()
    {
        await Send("before@example.jp");
        await postfix.WaitFor(m => m.EnvelopeTo == "before@example.jp", Soon);

        await postfix.Stop();
        var down = await Should.ThrowAsync<SmtpException>(() => Send("during@example.jp"));
        await postfix.Restart();
        await Send("after@example.jp");
        await postfix.WaitFor(m => m.EnvelopeTo == "after@example.jp", Soon);

        down.GetBaseException().ShouldBeOfType<SocketException>().SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
        postfix.Mails().Select(m => m.EnvelopeTo).ShouldBe(["before@example.jp", "after@example.jp"]);
    }

    [Fact]
    public async Task Waiting_for_a_mail_that_does_not_come_tells_what_came()
    {
        await Send("other@example.jp");
        await postfix.WaitFor(m => m.EnvelopeTo == "other@example.jp", Soon);

        var timeout = await Should.ThrowAsync<TimeoutException>(
            () => postfix.WaitFor(m => m.EnvelopeTo == "wanted@example.jp", TimeSpan.FromMilliseconds(50)));

        timeout.Message.ShouldContain("other@example.jp");
        timeout.Message.ShouldContain("postfix/master");
    }

    private async Task Send(string to)
    {
        using var client = new SmtpClient("127.0.0.1", postfix.Port);
        using var mail = new MailMessage
        {
            From = new MailAddress("shiga-kenshin@kenshin.example", "しが県信", Encoding.UTF8),
            Subject = "【滋賀県信用組合】ワンタイムパスワードのダウンロードのお知らせ(テスト用の長い件名)",
            SubjectEncoding = Encoding.UTF8,
            Body = "次のURLを開いてください。\r\nhttps://otp.example.jp/d/0123456789abcdef?x=1\r\n",
            BodyEncoding = Encoding.UTF8,
            To = { new MailAddress(to) },
        };
        await client.SendMailAsync(mail);
    }
}
