using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>A line as the audit trail will hold it.</summary>
/// <param name="Word">What happened, in words.</param>
/// <param name="Event">What happened, by its code.</param>
/// <param name="Change">Before and after.</param>
/// <param name="Detail">The detail; null while the form is not filled in.</param>
/// <param name="Suffix">What follows the form's own words in it.</param>
internal sealed record AuditLine(string Word, string Event, string Change, string? Detail, string Suffix);

/// <summary>What will happen, to whom, and what the audit trail will say of it.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Preview">To whom.</param>
/// <param name="Detail">The paper's words; null while it is not filled in.</param>
/// <param name="Drafter">Who drafts it, or drafted it.</param>
/// <param name="Submitted">Whether it is drafted already.</param>
internal sealed record WorkPreview(StaffAction Action, PaperPreview Preview, string? Detail, string Drafter, bool Submitted)
{
    /// <summary>Whether the lines follow what is being typed.</summary>
    public bool Live => !Submitted;

    public static WorkPreview OfForm(StaffAction action, PaperPreview preview, PaperForm form, string drafter) =>
        new(action, preview, Paper.Read(form.FormNumber, form.Reason, form.Note, new FieldErrors())?.Detail, drafter, Submitted: false);

    public static WorkPreview OfDraft(Draft draft, PaperPreview preview) => new(draft.Action, preview, draft.Paper.Detail, draft.DrafterName, Submitted: true);

    public IReadOnlyList<AuditLine> AuditLines(StaffWords words)
    {
        var done = Paperwork.EventOf(Action);
        var change = Action == StaffAction.Cancel ? "" : string.Join(", ", Preview.Lines.Select(line => $"{line.Before.ToRow()} → {line.After.ToRow()}"));
        if (!Preview.TakesTwo)
            return [Line(done, change, "")];
        var approved = Line(done, change, Draft.ByDrafter(Drafter));
        return Submitted ? [approved] : [Line("draft.submitted", $"→ {Action.ToRow()}", ""), approved];

        AuditLine Line(string code, string what, string suffix) => new(words.Event(code), code, what, Detail is null ? null : Detail + suffix, suffix);
    }
}
