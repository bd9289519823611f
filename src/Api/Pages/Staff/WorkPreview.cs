using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A line as the audit trail will show it.</summary>
/// <param name="Word">What happened, in words.</param>
/// <param name="Change">Before and after.</param>
/// <param name="Detail">The detail; null while the form is not filled in.</param>
/// <param name="Suffix">What follows the form's own words in it.</param>
internal sealed record AuditLine(string Word, string Change, string? Detail, string Suffix);

/// <summary>What will happen, to whom, and what the audit trail will say of it.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Preview">To whom.</param>
/// <param name="Paper">The paper; null while it is not filled in.</param>
/// <param name="Drafter">Who drafts it, or drafted it.</param>
/// <param name="ByMail">Whether the institution's tokens come by mail rather than by their serial number.</param>
/// <param name="Submitted">Whether it is drafted already.</param>
internal sealed record WorkPreview(StaffAction Action, PaperPreview Preview, Paper? Paper, string Drafter, bool ByMail, bool Submitted)
{
    /// <summary>Whether the lines follow what is being typed.</summary>
    public bool Live => !Submitted;

    public static WorkPreview OfForm(StaffAction action, PaperPreview preview, PaperForm form, StaffVisit visit) => new(
        action, preview, Paper.Read(form.FormNumber, form.Reason, form.Note, new FieldErrors()), visit.Member.DisplayName, visit.Institution.ProvisionsByMail, Submitted: false);

    public static WorkPreview OfDraft(Draft draft, PaperPreview preview, StaffVisit visit) =>
        new(draft.Action, preview, draft.Paper, draft.DrafterName, visit.Institution.ProvisionsByMail, Submitted: true);

    public IReadOnlyList<AuditLine> AuditLines(StaffWords words)
    {
        var done = Paperwork.EventOf(Action);
        var change = Action == StaffAction.Cancel ? "" : string.Join(words.Comma, Preview.Lines.Select(line => $"{words.Code(line.Before.ToRow())} → {words.Code(line.After.ToRow())}"));
        if (!Preview.TakesTwo)
            return [Line(done, change, drafter: null)];
        var approved = Line(done, change, Drafter);
        return Submitted ? [approved] : [Line("draft.submitted", $"→ {words.Code(Action.ToRow())}", drafter: null), approved];

        AuditLine Line(string code, string what, string? drafter) =>
            new(words.Event(code), what, Paper is null ? null : words.OfPaper(Paper, drafter), drafter is null ? "" : words.Comma + words.DraftedBy(drafter));
    }
}
