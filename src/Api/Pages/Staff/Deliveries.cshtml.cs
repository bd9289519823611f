using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The mails of the contracts within reach, with what the mail server said.</summary>
internal sealed class DeliveriesModel(StaffDoor door, StaffDesk desk) : StaffModel(door)
{
    private const int PageSize = 50;

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
        Filter = new(EnumNames.TryParse<MailStatus>(status, out var only) ? only : null, retried == "1");
        IsLater = !string.IsNullOrEmpty(before);
        var rows = await desk.Deliveries(Visit, Filter, IsLater ? before : null, PageSize + 1, ct);
        Mails = [.. rows.Take(PageSize)];
        Next = rows.Count > PageSize ? Link(Filter.Status, Filter.Retried) + "&before=" + Mails[^1].Id : null;
    }

    /// <summary>The same page with another filter.</summary>
    public static string Link(MailStatus? status, bool retried) =>
        $"{StaffPaths.Deliveries}?status={status?.ToRow()}" + (retried ? "&retried=1" : "");
}
