using System.Text;
using System.Text.Json;
using KenshinOtp.Support;
using KenshinOtp.Support.Mail;

namespace KenshinOtp.Worker.Tests.Commands;

/// <summary><c>mail bounce</c> as a mail server calls it.</summary>
public sealed class MailCommandTests : IAsyncLifetime
{
    private Centre _centre = null!;
    private Customer _customer = null!;
    private string _messageId = null!;

    public async Task InitializeAsync()
    {
        _centre = await Centre.Start();
        _customer = await (await _centre.Bank()).Customer();
        await _customer.Issue("wrong@docomo.ne.jp");
        _messageId = (await _centre.DeliveredMails()).Single().MessageId;
    }

    public async Task DisposeAsync() => await _centre.DisposeAsync();

    [Fact]
    public async Task A_report_from_standard_input_or_a_file_counts_once()
    {
        var first = await Programs.Feed(_centre, Bounces.Postfix(_messageId), ["mail", "bounce"]);
        var again = await Run("again.eml", Bounces.Carrier(_messageId));

        first.ExitCode.ShouldBe(0, first.Output);
        first.Output.ShouldMatch("^Mail [0-9a-f]{32} failed\\.$");
        (again.ExitCode, Json(again.Output).GetProperty("reason").GetString()).ShouldBe((0, "alreadyFailed"));
        (await _customer.Look())["token.mail"].ShouldBe("failed");
        (await _customer.Bank.Get("events")).Text.Split("mail.failed").Length.ShouldBe(2);
        (await new AuditTrail(_centre).Verify()).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Whatever_else_comes_is_done_with_and_says_why_without_an_address()
    {
        foreach (var (message, reason) in new[]
        {
            (Bounces.OutOfOffice(_messageId), "notAReport"), (Bounces.Postfix(_messageId, "delayed", "4.4.1"), "notGivenUp"),
            (Bounces.Postfix(_messageId.Replace(".example>", ".exampl>", StringComparison.Ordinal)), "unknown"), (new string('x', 1024 * 1024 + 1), "tooLarge"), ("", "notAReport"),
        })
        {
            var (exitCode, output) = await Run("other.eml", message);
            (exitCode, Json(output).GetProperty("result").GetString(), Json(output).GetProperty("reason").GetString()).ShouldBe((0, "ignored", reason));
            output.ShouldNotContain("docomo");
        }

        (await _customer.Look())["token.mail"].ShouldBe("sent");
    }

    [Fact]
    public async Task What_stands_in_the_way_has_the_mail_server_call_again_and_wrong_usage_does_not()
    {
        var file = Write("bounce.eml", Bounces.Postfix(_messageId));

        (await Programs.Run(_centre, ["mail", "bounce", file], ("Database:Provider", "sqlite"), ("Database:ConnectionString", $"Data Source={file}/centre.db"))).ExitCode.ShouldBe(75);
        (await Programs.Run(_centre, ["mail", "bounce", file], ("Keys:Directory", $"{file}/keys"))).ExitCode.ShouldBe(75);
        (await Programs.Run(_centre, ["mail", "bounce", file], ("Database:Provider", "abacus"))).ExitCode.ShouldBe(75);
        (await Programs.Run(_centre, ["mail", "bounce", file + ".missing"])).ExitCode.ShouldBe(2);
        (await Programs.Run(_centre, ["mail", "bounce", file, file])).ExitCode.ShouldBe(2);
        (await _customer.Look())["token.mail"].ShouldBe("sent");

        (await Programs.Run(_centre, ["mail", "bounce", file], ("Mail:Transport", "pigeon"))).ExitCode.ShouldBe(75);
        (await Programs.Run(_centre, ["mail", "bounce", file], ("Mail:Transport", ""), ("PublicUrl", ""))).ExitCode.ShouldBe(0);
        (await _customer.Look())["token.mail"].ShouldBe("failed");
    }

    private Task<(int ExitCode, string Output)> Run(string name, string message) => Programs.Run(_centre, ["mail", "bounce", Write(name, message), "--json"]);

    private string Write(string name, string message)
    {
        var path = Path.Combine(_centre.Directory, name);
        File.WriteAllText(path, message, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return path;
    }

    private static JsonElement Json(string output) => JsonDocument.Parse(output).RootElement;
}
