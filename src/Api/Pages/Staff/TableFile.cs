using System.Globalization;
using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Staff;
using KenshinOtp.Text;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A table that staff take along as a file for Excel. That it left the house is itself written down.</summary>
internal sealed class TableFile(Database database, Journal journal, TimeProvider time)
{
    /// <param name="response">Becomes the file.</param>
    /// <param name="visit">Who takes it.</param>
    /// <param name="action">How the audit trail calls that; the file's name begins like it.</param>
    /// <param name="asked">What was asked for, or null.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>What the rows are written to.</returns>
    public async Task<Stream> Begin(HttpResponse response, StaffVisit visit, string action, string? asked, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using (var tx = await database.Begin(ct))
        {
            var entry = new Entry(action, visit.Caller.Actor, visit.Institution.Id) { Detail = asked };
            await tx.Commit(await journal.Write(tx, entry, now, ct), ct);
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{action.Split('.')[0]}-{visit.Institution.Code}-{Japan.Clock(now):yyyyMMdd-HHmmss}.csv");
        response.ContentType = Csv.ContentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return response.Body;
    }
}
