using System.Buffers;
using System.Globalization;
using System.Text;
using KenshinOtp.Text;

namespace KenshinOtp.Audit;

/// <summary>
/// An institution's audit trail as CSV (RFC 4180), in UTF-8 with a byte-order mark: Excel reads it as it is. Times are Japanese.
/// </summary>
public sealed class AuditExport(AuditQueries queries)
{
    private const string LineEnd = "\r\n";

    private static readonly string[] Heading =
    [
        "日時(日本時間)", "操作", "実行者の種別", "実行者", "接続元", "サービスID", "ユーザID", "シリアル番号", "変更前", "変更後", "受付番号", "詳細", "記録ID", "系列", "系列内の順位",
    ];

    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");
    private static readonly SearchValues<char> BeginFormulas = SearchValues.Create("=+-@\t\r＝＋－＠"); // full-width ones too, as Japanese keyboards give them

    /// <param name="output">Is written to page by page and left open.</param>
    /// <param name="institutionId">Whose entries.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="ct">Ends the export.</param>
    /// <returns>The number of entries, oldest first.</returns>
    public async Task<long> Write(Stream output, string institutionId, AuditFilter filter, CancellationToken ct)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true) { NewLine = LineEnd };
        await writer.WriteLineAsync(Line(Heading).AsMemory(), ct);
        var count = 0L;
        await foreach (var entry in queries.Stream(institutionId, filter, ct))
        {
            await writer.WriteLineAsync(Line(Cells(entry)).AsMemory(), ct);
            count++;
        }

        return count;
    }

    private static string?[] Cells(AuditView entry) =>
    [
        Japan.Sortable(entry.OccurredAt), entry.Action, entry.Actor.Kind, entry.Actor.Name, entry.Actor.Address, entry.ServiceId, entry.UserId, entry.Serial,
        entry.Before, entry.After, entry.ReceiptNumber, entry.Detail, entry.Id, entry.Chain, entry.Position.ToString(CultureInfo.InvariantCulture),
    ];

    private static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell));

    // A cell that begins like a formula would be computed: what a customer can type must stay text on the desk of whoever opens the file.
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = BeginFormulas.Contains(text[0]) ? "'" + text : text;
        return safe.AsSpan().ContainsAny(NeedQuotes) ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
