using System.Net;
using System.Net.Mime;
using KenshinOtp.DemoBank.Bank;
using KenshinOtp.Institutions;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>What the demo bank does about the centre's events.</summary>
public sealed class InboxTests : IDisposable
{
    private const string Unregistered = """{"id":"1","type":"user.unregistered","occurredAt":"2026-11-20T03:00:00Z","data":{"serviceId":"P2000001","userId":"sato","serial":null}}""";
    private const string Suspected = """{"id":"2","type":"phishing.suspected","occurredAt":"2026-11-20T04:00:00Z","data":{"serviceId":"P2000001","userId":"sato","after":"otp_not_required"}}""";
    private const string OfNoInterest = """{"id":"3","type":"token.revoked","occurredAt":"2026-11-20T05:00:00Z","data":{"serviceId":"P2000001","userId":null}}""";

    private static readonly Customer Sato = new(new("P2000001", "佐藤 美咲", Branch: null), "sato", "佐藤 美咲", IsAdministrator: false);
    private static readonly Customer Ito = new(new("P2000002", "伊藤 健", Branch: null), "ito", "伊藤 健", IsAdministrator: false);

    private static readonly BankProfile Bank = new()
    {
        Slug = "bank", Code = "9002", Name = "Bank", Title = "Bank", Channel = "", Kind = "", Summary = "", Preset = Presets.ShinkinPersonal, MailFrom = "",
        Customers = [Sato, Ito], Accounts = [], Menu = [], Guide = [], English = [], OpeningLimit = 500_000,
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("kenshin-inbox-").FullName;

    [Fact]
    public async Task Who_has_no_token_any_more_may_move_less_and_customers_are_told_newest_first()
    {
        using var line = new Line(Page("3", Unregistered, Suspected, OfNoInterest), Page("3"));

        (await Read(line)).ShouldBeNull();

        Books().LimitOf(Sato).ShouldBe(Ledger.LimitWithoutToken);
        Books().LimitOf(Ito).ShouldBe(Bank.OpeningLimit);
        Books().BulletinsFor(Sato).Select(bulletin => bulletin.Type).ShouldBe([Inbox.Phishing, Inbox.Unregistered]);
        Books().BulletinsFor(Ito).ShouldBeEmpty();
        line.Requests.Select(request => request.Query).ShouldBe(["", "?after=3"]);
    }

    [Fact]
    public async Task The_same_events_again_do_nothing_again()
    {
        using var first = new Line(Page("2", Unregistered, Suspected), Page("2"));
        await Read(first);
        Books().ChangeLimit(Sato, 300_000, new("one", "accepted", Reason: null, "SKTS00012345", RemainingAttempts: 10, DateTimeOffset.UnixEpoch));
        Books().MoveEventCursor("0"); // as after a stop between the deeds and the cursor

        using var again = new Line(Page("2", Unregistered, Suspected), Page("2"));
        await Read(again);

        Books().LimitOf(Sato).ShouldBe(300_000);
        Books().BulletinsFor(Sato).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_centre_that_is_away_is_read_later_from_the_same_place()
    {
        using var line = new Line(Page("1", Unregistered), () => Line.Answering("{}", MediaTypeNames.Application.Json, HttpStatusCode.Forbidden));

        (await Read(line))!.Status.ShouldBe(403);

        Books().EventCursor.ShouldBe("1");
    }

    [Fact]
    public async Task A_centre_that_was_restored_says_from_where_to_go_on()
    {
        Books().MoveEventCursor("90");
        using var line = new Line(
            () => Line.Answering("""{"status":400,"code":"invalid_request","errors":{"after":["…"]},"newest":"1"}""", "application/problem+json", HttpStatusCode.BadRequest),
            Page("2", Suspected),
            Page("2"));

        (await Read(line)).ShouldBeNull();

        line.Requests[1].Query.ShouldBe("?after=1");
        Books().BulletinsFor(Sato).Count.ShouldBe(1);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<DemoBank.Client.Refusal?> Read(Line line) => new Inbox(line.Client, Books()).ReadOn(CancellationToken.None);

    /// <summary>The books as they are on the disk.</summary>
    private Ledger Books() => new(Path.Combine(_directory, "bank.json"), Bank);

    private static Func<HttpResponseMessage> Page(string next, params string[] events) =>
        () => Line.Answering($$"""{"items":[{{string.Join(',', events)}}],"nextCursor":"{{next}}"}""");
}
