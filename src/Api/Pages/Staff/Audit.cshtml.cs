using System.Collections.ObjectModel;
using KenshinOtp.Audit;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The institution's audit trail: what is asked for, newest first, and as a file for Excel.</summary>
internal sealed class AuditModel(StaffDoor door, StaffDesk desk, AuditQueries queries, AuditExport export, TableFile file, StaffWorkTexts words, StaffWords names, TimeProvider time) : StaffModel(door)
{
    private const int PageSize = 50;

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public AuditCriteria Criteria { get; private set; } = new();

    public IReadOnlyList<AuditView> Entries { get; private set; } = [];

    /// <summary>Login → name.</summary>
    public IReadOnlyDictionary<string, string> StaffNames { get; private set; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where the next page begins, or null.</summary>
    public string? Next { get; private set; }

    /// <summary>Whether this is not the first page.</summary>
    public bool IsLater { get; private set; }

    /// <summary>What can be asked for by name.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        "token.issued", "token.activated", "activation.refused", "token.confirmed", "confirmation.refused", "token.registered", "registration.refused", "token.exchanged", "token.replaced",
        "exchange.refused", "token.discontinued", "discontinuation.refused", "token.suspended", "token.resumed", "token.locked", "token.unlocked", "lifting.refused", "token.expiring", "token.expired", "token.renewed",
        "renewal.completed", "renewal.refused", "token.revoked", "revocation.refused", "token.resynchronized", "resync.refused", "token.enrolled", "token.removed", "token.imported",
        "verification.accepted", "verification.rejected", "phishing.suspected", "mail.requeued", "mail.failed", "contract.entered", "contract.changed", "contract.modeChanged", "modeChange.refused",
        "contract.cancelled", "user.entered", "user.changed", "user.unregistered", "draft.submitted", "draft.approved", "draft.returned", "draft.withdrawn", "draft.expired", "staff.signedIn",
        "staff.signedOut", "staff.signInRefused", "staff.signInPaused", "staff.locked", "staff.sessionEnded", "staff.refused", "staff.added", "staff.enrolled", "staff.passwordChanged", "staff.reset",
        "staff.changed", "staff.disabled", "staff.enabled", "institution.added", "institution.policyChanged", "apiKey.added", "apiKey.revoked", "job.runByHand", "audit.exported",
        "drafts.exported", "deliveries.exported",
    ];

    protected override StaffAction? Needs => StaffAction.SeeAudit;

    public async Task<IActionResult> OnGetAsync(string? cursor, CancellationToken ct)
    {
        Criteria = AuditCriteria.Read(Request.Query, Now);
        if (Criteria.Check(Faults, words, names) is not { } filter)
            return Page();
        IsLater = !string.IsNullOrEmpty(cursor);
        var found = await queries.Page(Visit.Institution.Id, filter, IsLater ? cursor : null, PageSize, ct);
        if (!found.Succeeded(out var page, out _))
            return NotFound();
        Entries = page.Items;
        StaffNames = await desk.Names(Visit, ct);
        Next = page.NextCursor is { } next ? Criteria.Link(next) : null;
        return Page();
    }

    /// <summary>The file, with all that is asked for.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        Criteria = AuditCriteria.Read(await Request.ReadFormAsync(ct), Now);
        if (Criteria.Check(Faults, words, names) is not { } filter)
            return Page();
        await export.Write(await file.Begin(Response, Visit, "audit.exported", Criteria.ToString(), ct), Visit.Institution.Id, filter, ct);
        return new EmptyResult();
    }
}
