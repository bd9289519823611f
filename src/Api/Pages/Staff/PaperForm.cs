using KenshinOtp.Results;
using KenshinOtp.Staff;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The fields of a paper form as they were typed; they stay so until they are right.</summary>
internal sealed record PaperForm(string FormNumber, string Reason, string Note)
{
    public static PaperForm Empty { get; } = new("", "", "");

    public static async Task<PaperForm> Read(HttpRequest request, CancellationToken ct)
    {
        var form = await request.ReadFormAsync(ct);
        return new(form["formNumber"].ToString(), form["reason"].ToString(), form["note"].ToString());
    }

    /// <returns>The paper, or null with the faults noted in words that say what to do.</returns>
    public Paper? Check(Faults faults, StaffWorkTexts words)
    {
        var errors = new FieldErrors();
        if (Paper.Read(FormNumber, Reason, Note, errors) is { } paper)
            return paper;
        foreach (var field in errors.ToProblem().Errors!.Keys)
            faults.Add(field, words[Sentence(field)]);
        return null;
    }

    private string Sentence(string field) => field switch
    {
        "formNumber" when string.IsNullOrWhiteSpace(FormNumber) => "Paper_FormNumberMissing",
        "formNumber" => "Paper_FormNumberInvalid",
        "reason" => "Paper_ReasonMissing",
        _ => string.IsNullOrWhiteSpace(Note) ? "Paper_NoteMissing" : "Paper_NoteInvalid",
    };
}

/// <summary>The fields on a page, with what is to be mended and the reasons that suit what is done.</summary>
internal sealed record PaperFields(PaperForm Form, Faults Faults, StaffAction Action)
{
    public IReadOnlyList<PaperReason> Reasons => Action switch
    {
        StaffAction.Revoke => [PaperReason.Lost, PaperReason.Stolen, PaperReason.PhoneChanged, PaperReason.Broken, PaperReason.Leaving, PaperReason.Other],
        StaffAction.Suspend => [PaperReason.Lost, PaperReason.Stolen, PaperReason.Broken, PaperReason.Other],
        StaffAction.Resume => [PaperReason.Found, PaperReason.Other],
        StaffAction.Unlock => [PaperReason.WrongPasswords, PaperReason.Other],
        StaffAction.Resend => [PaperReason.MailMissing, PaperReason.PhoneChanged, PaperReason.Other],
        StaffAction.Cancel => [PaperReason.Leaving, PaperReason.Other],
        _ => Enum.GetValues<PaperReason>(),
    };
}
