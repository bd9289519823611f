using System.Globalization;
using KenshinOtp.Text;

namespace KenshinOtp.Audit;

/// <summary>An institution's audit trail as a file for Excel. Times are Japanese.</summary>
public sealed class AuditExport(AuditQueries queries)
{
    private static readonly string[] Heading =
    [
        "日時(日本時間)", "操作", "実行者の種別", "実行者", "接続元", "サービスID", "ユーザID", "シリアル番号", "変更前", "変更後", "受付番号", "詳細", "記録ID", "系列", "系列内の順位",
    ];

    /// <param name="output">Is written to page by page and left open.</param>
    /// <param name="institutionId">Whose entries.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="ct">Ends the export.</param>
    /// <returns>The number of entries, oldest first.</returns>
    public async Task<long> Write(Stream output, string institutionId, AuditFilter filter, CancellationToken ct)
    {
        await using var table = Csv.Open(output);
        await table.WriteRow(Heading, ct);
        var count = 0L;
        await foreach (var entry in queries.Stream(institutionId, filter, ct))
        {
            await table.WriteRow(Cells(entry), ct);
            count++;
        }

        return count;
    }

    private static string?[] Cells(AuditView entry) =>
    [
        Japan.Sortable(entry.OccurredAt), entry.Action, entry.Actor.Kind, entry.Actor.Name, entry.Actor.Address, entry.ServiceId, entry.UserId, entry.Serial,
        entry.Before, entry.After, entry.ReceiptNumber, entry.Detail, entry.Id, entry.Chain, entry.Position.ToString(CultureInfo.InvariantCulture),
    ];
}
