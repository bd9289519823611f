using System.Globalization;
using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Staff;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The mails of the contracts within reach, with what the mail server said.</summary>
internal sealed class DeliveriesModel(StaffDoor door, StaffDesk desk, TableFile file, StaffTexts texts, StaffWorkTexts words, StaffWords names, TimeProvider time) : StaffModel(door)
{
    private const int PageSize = 50, FileStep = 500;

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>The states that can be asked for.</summary>
    public static IReadOnlyList<MailStatus> Statuses { get; } = [MailStatus.Failed, MailStatus.Queued, MailStatus.Sent];

    public DeliveryFilter Filter { get; private set; } = new(Status: null, Retried: false);

    public IReadOnlyList<DeliveredMail> Mails { get; private set; } = [];

    /// <summary>Where the next page begins, or null.</summary>
    public string? Next { get; private set; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; private set; }

    public bool MayResend => Member.May(StaffAction.Resend);

    protected override StaffAction? Needs => StaffAction.SeeDeliveries;

    public async Task OnGetAsync(string? status, string? retried, string? before, CancellationToken ct)
    {
        Filter = Read(status, retried);
        IsLater = !string.IsNullOrEmpty(before);
        var rows = await desk.Deliveries(Visit, Filter, IsLater ? before : null, PageSize + 1, ct);
        Mails = [.. rows.Take(PageSize)];
        Next = rows.Count > PageSize ? Link(Filter.Status, Filter.Retried) + "&before=" + Mails[^1].Id : null;
    }

    /// <summary>The file, with all that is asked for.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        Filter = Read(await Typed("status", ct), await Typed("retried", ct));
        var asked = string.Join("; ", new[] { Filter.Status?.ToRow(), Filter.Retried ? "retried" : null }.OfType<string>());
        await using var table = Csv.Open(await file.Begin(Response, Visit, "deliveries.exported", asked.Length == 0 ? null : asked, ct));
        await table.WriteRow(
        [
            words["Deliveries_QueuedAt"], words["Resend_What"], texts["Common_Status"], words["Deliveries_SentAt"], words["Jobs_Next"], texts["Contract_MailTo"],
            texts["Common_ServiceId"], texts["Common_UserId"], words["Deliveries_Attempts"], texts["Contract_MailAnswer"],
        ], ct);
        for (string? before = null; await desk.Deliveries(Visit, Filter, before, FileStep, ct) is { Count: > 0 } mails; before = mails[^1].Id)
        {
            foreach (var mail in mails)
                await table.WriteRow(Cells(mail), ct);
        }

        return new EmptyResult();
    }

    /// <summary>The same page with another filter.</summary>
    public static string Link(MailStatus? status, bool retried) =>
        $"{StaffPaths.Deliveries}?status={status?.ToRow()}" + (retried ? "&retried=1" : "");

    private static DeliveryFilter Read(string? status, string? retried) => new(EnumNames.TryParse<MailStatus>(status, out var only) ? only : null, retried == "1");

    private string?[] Cells(DeliveredMail mail) =>
    [
        Japan.Sortable(mail.CreatedAt), names.Purpose(mail.Purpose), names.Mail(mail.Status), mail.SentAt is { } sentAt ? Japan.Sortable(sentAt) : null,
        mail.NextAttemptAt is { } next ? Japan.Sortable(next) : null, mail.To, mail.ServiceId, mail.UserId, mail.Attempts.ToString(CultureInfo.InvariantCulture), mail.Answer,
    ];
}
