using KenshinOtp.Outbox;

namespace KenshinOtp.Core.Tests.Outbox;

public sealed class PickupTransportTests : IDisposable
{
    private const string Id = "0190a5b0000070008000000000000000";

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-pickup-").FullName;

    [Fact]
    public async Task A_mail_that_cannot_be_put_down_leaves_no_text_behind()
    {
        Directory.CreateDirectory(Path.Combine(_directory, Id + ".eml")); // nothing can take its name

        (await Send(CancellationToken.None)).Verdict.ShouldBe(DeliveryVerdict.Unreachable);

        Directory.GetFiles(_directory, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.GetDirectories(_directory, ".draft-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mail_whose_sending_is_given_up_leaves_no_text_behind()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Send(new CancellationToken(canceled: true)));

        Directory.GetFileSystemEntries(_directory).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_crash_left_is_written_over()
    {
        var draft = Directory.CreateDirectory(Path.Combine(_directory, ".draft-" + Id)).FullName;
        await File.WriteAllTextAsync(Path.Combine(draft, "half.eml"), "Subj");

        (await Send(CancellationToken.None)).Verdict.ShouldBe(DeliveryVerdict.Accepted);

        Directory.GetFileSystemEntries(_directory).Select(Path.GetFileName).ShouldBe([Id + ".eml"]);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<DeliveryOutcome> Send(CancellationToken ct) => new PickupTransport(_directory).Send(
        new(Id, "i", TokenId: null, "otp@kenshin.example", "信用組合", "hanako@docomo.ne.jp", "<1@kenshin.example>", "お知らせ", "", 1, DateTimeOffset.MaxValue),
        "https://otp.example.jp/d", ct);
}
