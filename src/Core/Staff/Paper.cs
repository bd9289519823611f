using System.Text.RegularExpressions;
using KenshinOtp.Data;
using KenshinOtp.Results;
using KenshinOtp.Text;

namespace KenshinOtp.Staff;

/// <summary>Why a customer came with a form.</summary>
public enum PaperReason
{
    /// <summary>紛失</summary>
    Lost,

    /// <summary>盗難</summary>
    Stolen,

    /// <summary>機種変更</summary>
    PhoneChanged,

    /// <summary>故障</summary>
    Broken,

    /// <summary>発見</summary>
    Found,

    /// <summary>パスワード相違</summary>
    WrongPasswords,

    /// <summary>メール不達</summary>
    MailMissing,

    /// <summary>解約の申出</summary>
    Leaving,

    /// <summary>その他: the note says what.</summary>
    Other,
}

/// <summary>届出書: the paper behind what staff do.</summary>
/// <param name="FormNumber">届出書番号: 1 to 40 letters, digits and hyphens.</param>
/// <param name="Reason">From the short list.</param>
/// <param name="Note">Free text of at most 200 characters; needed for <see cref="PaperReason.Other"/>.</param>
public sealed partial record Paper(string FormNumber, PaperReason Reason, string? Note)
{
    public const int MaxFormNumber = 40, MaxNote = 200;

    private const string Drafter = "drafted by ", Separator = "; ";

    /// <summary>What the audit trail says of it. A note that could be taken for something else stands in quotation marks, those of its own doubled.</summary>
    public string Detail => $"form {FormNumber}{Separator}{Reason.ToRow()}" + (Note is null ? "" : Separator + (IsPlain(Note) ? Note : $"\"{Note.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <summary>What the audit trail says of it where one drafts and another approves.</summary>
    public string DetailBy(string drafter) => $"{Detail}{Separator}{Drafter}{drafter}";

    /// <summary>Reads a form as it was typed; what is wrong is noted by field (<c>formNumber</c>, <c>reason</c>, <c>note</c>).</summary>
    public static Paper? Read(string? formNumber, string? reason, string? note, FieldErrors errors)
    {
        var number = HalfWidth.FoldNumber(formNumber ?? "").Trim();
        if (number.Length is 0 or > MaxFormNumber || !number.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            errors.Add("formNumber", $"formNumber must be 1 to {MaxFormNumber} letters, digits and hyphens.");
        if (!EnumNames.TryParse<PaperReason>(reason, out var why))
            errors.Add("reason", "reason must be one of the list.");
        var text = ReadNote(note, required: why == PaperReason.Other, errors);
        return errors.Any ? null : new(number, why, text);
    }

    /// <summary>Reads a note as it was typed; what is wrong is noted for <c>note</c>.</summary>
    public static string? ReadNote(string? note, bool required, FieldErrors errors)
    {
        var text = string.IsNullOrWhiteSpace(note) ? null : note.Trim();
        if (text is null && required)
            errors.Add("note", "note is required here.");
        return errors.OptionalLine("note", text, MaxNote);
    }

    /// <summary>Reads what <see cref="Detail"/> or <see cref="DetailBy"/> wrote.</summary>
    /// <param name="detail">A detail of the audit trail.</param>
    /// <param name="drafter">The name of who drafted it; null where nobody did.</param>
    /// <returns>Null for what was not done on paper.</returns>
    public static Paper? OfDetail(string? detail, out string? drafter)
    {
        drafter = null;
        if (detail is null || Written().Match(detail) is not { Success: true } match || !EnumNames.TryParse<PaperReason>(match.Groups["reason"].Value, out var reason))
            return null;
        drafter = match.Groups["drafter"] is { Success: true } name ? name.Value : null;
        var note = match.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
            : match.Groups["plain"] is { Success: true } plain ? plain.Value
            : null;
        return new(match.Groups["number"].Value, reason, note);
    }

    private static bool IsPlain(string note) =>
        !note.Contains(Separator.Trim(), StringComparison.Ordinal) && !note.StartsWith('"') && !note.StartsWith(Drafter, StringComparison.Ordinal);

    [GeneratedRegex(
        """^form (?<number>[A-Za-z0-9-]+); (?<reason>[A-Za-z]+)(; "(?<quoted>([^"]|"")*)"|; (?!drafted by )(?<plain>.*?))?(; drafted by (?<drafter>.*))?\z""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Written();
}
