using System.Buffers.Text;
using System.Text;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>The trail as auditors read it: pages on the screen, and a file that Excel opens.</summary>
public sealed class AuditExportTests : CentreTest
{
    [Fact]
    public async Task The_file_opens_in_Excel_and_computes_nothing()
    {
        var id = await Institution();
        await Note(id, "odd", "=cmd|' /C calc'!A0");
        await Note(id, "odd", "引用\"符、カンマ,改行\r\nあり");
        await Note(id, "odd", "-1");
        await Note(id, "odd", "＝1+1");
        await Note("", "elsewhere", "not theirs");

        var (count, bytes) = await Export(id, new AuditFilter { Action = "odd" });

        count.ShouldBe(4);
        bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var text = Encoding.UTF8.GetString(bytes[3..]);
        text.ShouldStartWith("日時(日本時間),操作,実行者の種別,実行者,接続元,");
        text.ShouldContain("\r\n2026-04-15 09:30:00,odd,job,test,,S1,,,,,,'=cmd|' /C calc'!A0,");
        text.ShouldContain(",\"引用\"\"符、カンマ,改行\r\nあり\",");
        text.ShouldContain(",'-1,");
        text.ShouldContain(",'＝1+1,");
        text.ShouldEndWith("\r\n");
        text.Split("\r\n").Length.ShouldBe(1 + 4 + 1 + 1);
    }

    [Fact]
    public async Task A_long_trail_comes_whole_and_in_order()
    {
        var id = await Institution();
        await new AuditTrail(Centre).Write(id, 2500, inOneTransaction: 500);

        var (count, bytes) = await Export(id, new AuditFilter());

        count.ShouldBe(2502);
        var details = Encoding.UTF8.GetString(bytes).Split("\r\n").Skip(3).SkipLast(1).Select(line => line.Split(',')[11]);
        details.ShouldBe(Enumerable.Range(0, 2500).Select(i => $"transfer R-{i}"));
    }

    [Fact]
    public async Task Pages_come_newest_first_without_gap_or_repetition()
    {
        var id = await Institution();
        var trail = new AuditTrail(Centre);
        await trail.Write(id, 30);
        Wait(1);
        await trail.Write(id, 30);

        var seen = new List<AuditView>();
        string? cursor = null;
        do
        {
            var page = await Page(id, new AuditFilter(), cursor, 7);
            seen.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        seen.Select(item => item.Position).ShouldBe(Enumerable.Range(1, 62).Select(position => (long)position).Reverse());
    }

    [Fact]
    public async Task A_cursor_that_no_answer_held_is_refused()
    {
        string[] contents = ["0", "0.a.b", "now.0", "0.\0", "0.é", "0.' or 1=1"];
        foreach (var cursor in contents.Select(content => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content))).Append("nonsense!"))
        {
            var page = await Centre.Services.GetRequiredService<AuditQueries>().Page("any", new AuditFilter(), cursor, 7, CancellationToken.None);
            page.Problem?.Code.ShouldBe("invalid_request", cursor);
            page.Value.ShouldBeNull(cursor);
        }
    }

    [Fact]
    public async Task Each_filter_finds_what_it_names()
    {
        var (customer, phone) = await Bank.CustomerWithToken();
        var id = await Institution();
        await Bank.Customer("S2", "suzuki");
        var receipt = (await customer.Revoke(await phone.Password()))["receiptNumber"]!;

        (await Actions(new() { Action = "token.issued" })).ShouldBe(["token.issued"]);
        (await Actions(new() { Actor = "operator" })).ShouldBe(["apiKey.added", "institution.added"]);
        (await Actions(new() { Actor = "bank", ServiceId = "S2" })).ShouldBe(["user.entered", "contract.entered"]);
        (await Actions(new() { UserId = "suzuki" })).ShouldBe(["user.entered"]);
        (await Actions(new() { Receipt = receipt })).ShouldBe(["token.revoked"]);
        (await Actions(new() { Serial = phone.Serial, To = Centre.Now })).ShouldNotContain("token.revoked");
        (await Actions(new() { Serial = phone.Serial, From = Centre.Now })).ShouldContain("token.revoked");
        (await Page(id, new() { From = Centre.Now.AddHours(1) }, cursor: null, 500)).Items.ShouldBeEmpty();
        (await Page("another", new(), cursor: null, 500)).Items.ShouldBeEmpty();

        async Task<IEnumerable<string>> Actions(AuditFilter filter) => (await Page(id, filter, cursor: null, 500)).Items.Select(item => item.Action);
    }

    private async Task<AuditPage> Page(string institutionId, AuditFilter filter, string? cursor, int limit) =>
        (await Centre.Services.GetRequiredService<AuditQueries>().Page(institutionId, filter, cursor, limit, CancellationToken.None)).Value.ShouldNotBeNull();

    private async Task<(long Count, byte[] Bytes)> Export(string institutionId, AuditFilter filter)
    {
        using var file = new MemoryStream();
        var count = await Centre.Services.GetRequiredService<AuditExport>().Write(file, institutionId, filter, CancellationToken.None);
        return (count, file.ToArray());
    }

    private async Task Note(string institutionId, string action, string detail)
    {
        await using var tx = await Centre.Services.GetRequiredService<Database>().Begin(CancellationToken.None);
        await Centre.Services.GetRequiredService<Journal>().Write(
            tx, new Entry(action, Actor.Job("test"), institutionId) { ServiceId = "S1", Detail = detail }, Centre.Now, CancellationToken.None);
        await tx.Commit(1, CancellationToken.None);
    }

    private async Task<string> Institution() => (await Audit.Value(Centre, "select id from institution where code = '9001'"))!;
}
