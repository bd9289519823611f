using System.Globalization;
using System.Text.RegularExpressions;
using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Outbox;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;
using KenshinOtp.Worker.Jobs;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What the program names by codes, in the words that staff use: states, roles, reasons, actions, and what the audit trail says.</summary>
internal sealed partial class StaffWords(StaffTexts texts)
{
    /// <summary>As the trail writes that there is no branch.</summary>
    private const string Nowhere = "-";

    private static readonly string[] ActorKinds = ["relyingParty", "app", "portal", "staff", "job", "operator"];

    /// <summary>As the trail writes instants, and as it once did.</summary>
    private static readonly string[] InstantForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFK", "O"];

    public string Role(StaffRole role) => texts["Role_" + role];

    /// <summary>失効, 事故設定 …: the verb of a button and the head of its page.</summary>
    public string Act(StaffAction action) => texts["Act_" + action];

    public string Reason(PaperReason reason) => texts["Reason_" + reason];

    public string Draft(DraftStatus status) => texts["Draft_" + status];

    public string Mode(TokenMode mode) => texts["Mode_" + mode];

    public string UserRole(UserRole role) => texts["UserRole_" + role];

    public string Kind(TokenKind kind) => texts["Kind_" + kind];

    /// <summary>What a mail is about, from its row.</summary>
    public string Purpose(string purpose) => texts.Word("Purpose", purpose);

    public string Mail(MailStatus status) => texts["Mail_" + status];

    /// <summary>The state of a mail as shape and word.</summary>
    public IHtmlContent MailState(MailStatus status)
    {
        var (tone, mark) = status switch
        {
            MailStatus.Queued => ("wait", Marks.Wait),
            MailStatus.Sent => ("good", Marks.Tick),
            MailStatus.Failed => ("bad", Marks.Alert),
            _ => ("past", Marks.Dead),
        };
        return Show.State(tone, mark, Mail(status));
    }

    /// <summary>The state of a draft as shape and word.</summary>
    public IHtmlContent DraftState(DraftStatus status)
    {
        var (tone, mark) = status switch
        {
            DraftStatus.Open => ("warn", Marks.Wait),
            DraftStatus.Approved => ("good", Marks.Tick),
            DraftStatus.Returned => ("bad", Marks.Back),
            _ => ("past", Marks.Dead),
        };
        return Show.State(tone, mark, Draft(status));
    }

    /// <summary>The machine of a session: browser and system, or the beginning of what the browser calls itself.</summary>
    public string Machine(string agent) => Browsers.Find(agent) is var (browser, system) ? texts["Sessions_Machine", browser, system] : Browsers.Short(agent);

    public string Branch(string? branch) => branch is null ? texts["Common_AllBranches"] : texts["Common_BranchOf", branch];

    /// <summary>What happened, from the audit trail: <c>token.revoked</c> → 失効.</summary>
    public string Event(string action) => texts.Word("Event", action);

    /// <summary>The same as an element: what was refused or failed bears a mark.</summary>
    public IHtmlContent Happened(string action) =>
        action.EndsWith("refused", StringComparison.OrdinalIgnoreCase) || action is "mail.failed" or "verification.rejected" or "phishing.suspected"
            ? Show.State("bad", Marks.Alert, Event(action))
            : Show.Text(Event(action));

    /// <summary>Who did it: the sort of actor and which one.</summary>
    public string Actor(string kind, string name)
    {
        var word = texts.Word("Actor", kind);
        return name.Length == 0 ? word : texts["Common_Pair", word, kind is "job" ? texts.Word("Job", name) : name];
    }

    /// <summary>The same with the name of a member of staff: <c>職員 湖野 みどり（teller）</c>.</summary>
    /// <param name="actor">Who did it.</param>
    /// <param name="names">Login → name.</param>
    public string Actor(Actor actor, IReadOnlyDictionary<string, string> names) =>
        actor.Kind is "staff" && names.TryGetValue(actor.Name, out var name) ? texts["Actor_Named", texts.Word("Actor", actor.Kind), name, actor.Name] : Actor(actor.Kind, actor.Name);

    /// <summary>The kind or the name of an actor as it was typed: in the words of the column, or as the trail has it.</summary>
    public string ActorAsked(string typed)
    {
        foreach (var kind in ActorKinds)
        {
            var word = texts.Word("Actor", kind);
            if (string.Equals(typed, word, StringComparison.OrdinalIgnoreCase))
                return kind;
            if (typed.StartsWith(word + " ", StringComparison.OrdinalIgnoreCase))
            {
                var name = typed[(word.Length + 1)..].TrimStart();
                return kind is "staff" && LoginInBrackets().Match(name) is { Success: true } login ? login.Groups["login"].Value : ActorName(name);
            }
        }

        return ActorName(typed);
    }

    /// <summary>A state before or after, from the audit trail: a serial number, a token's state, a mode, an instant, or a list of such; all else as it stands.</summary>
    public IHtmlContent Value(string value) => Serials.Is(value) ? Show.Serial(value) : Show.Text(List(value.Split(", ").Select(Word)));

    /// <summary>The same of a line whose action is known: what people have named stands as they named it.</summary>
    public IHtmlContent Value(AuditView line, string value) => line.Action switch
    {
        "staff.added" or "staff.changed" or "staff.reset" or "staff.disabled" or "staff.enabled" => Show.Text(OfStaff(value.Split(", ", 4))),
        "contract.entered" or "contract.changed" => Show.Text(OfContract(FromEnd(value, 3))),
        "user.entered" or "user.changed" => Show.Text(List(FromEnd(value, 3).Select((part, i) => i == 0 ? part : Code(part)))),
        "institution.added" when value.Split(", ") is [var code, .. var name, var preset] => Show.Text(List([code, string.Join(", ", name), Code(preset)])),
        "institution.policyChanged" => Show.Text(OfPolicy(value)),
        "job.runByHand" => Show.Text(texts.Word("Job", value)),
        _ => Value(value),
    };

    /// <summary>The detail of a line of the audit trail: <c>form A-1; lost; drafted by …</c> → 届出書 A-1、紛失、… What people have typed stands as they typed it.</summary>
    public string Detail(AuditView line) => (line.Actor.Kind, line.Action, line.Detail) switch
    {
        (_, _, null) => "",
        ("staff", _, var detail) when Paper.OfDetail(detail, out var drafter) is { } paper => OfPaper(paper, drafter),
        (_, "draft.expired", var detail) when Paper.OfDetail(detail, out var drafter) is { } paper => OfPaper(paper, drafter),
        (_, "token.imported", var detail) when Imported().Match(detail) is { Success: true } tokens =>
            texts["Detail_Imported", tokens.Groups["count"].Value, Serials.InSentence(tokens.Groups["first"].Value), Serials.InSentence(tokens.Groups["last"].Value)],
        (_, "audit.exported", var asked) => List(asked.Split("; ").Select(OfAsked)),
        (_, "draft.returned" or "mail.failed" or "apiKey.added" or "apiKey.revoked", var typed) => Typed(typed),
        (_, "verification.accepted" or "verification.rejected" or "phishing.suspected", var detail) => FirstWord(detail),
        (_, _, var detail) => List(detail.Split("; ").Select(part => part.StartsWith("by ", StringComparison.Ordinal) ? texts["Detail_By", part["by ".Length..]] : Word(part))),
    };

    /// <summary>A paper as the audit trail shows it. The note stands in quotation marks, in which nothing can be taken for words of the program.</summary>
    /// <param name="paper">The paper.</param>
    /// <param name="drafter">Who drafted it, where another approves.</param>
    public string OfPaper(Paper paper, string? drafter = null) =>
        List(((string?[])[texts["Detail_Form", paper.FormNumber], Code(paper.Reason.ToRow()), paper.Note is null ? null : Typed(paper.Note), drafter is null ? null : DraftedBy(drafter)]).OfType<string>());

    /// <summary>What a person typed, in quotation marks; such marks in it become the inner ones, as in print.</summary>
    public string Typed(string text)
    {
        var (outer, inner) = (texts["Detail_Marks"], texts["Detail_MarksInside"]);
        return outer[0] + text.Replace(outer[0], inner[0]).Replace(outer[1], inner[1]) + outer[1];
    }

    /// <summary>The outer and the inner quotation marks.</summary>
    public string QuoteMarks => texts["Detail_Marks"] + texts["Detail_MarksInside"];

    public string DraftedBy(string name) => texts["Detail_DraftedBy", name];

    public string Comma => texts["Common_Comma"];

    /// <summary>A code in words; what is no code as it stands.</summary>
    public string Code(string code) => texts.Word("Value", code);

    private string ActorName(string typed) =>
        JobCatalogue.All.FirstOrDefault(job => string.Equals(texts.Word("Job", job.Name), typed, StringComparison.OrdinalIgnoreCase))?.Name ?? typed;

    /// <summary>An instant or a code in words; what is neither as it stands.</summary>
    private string Word(string value) =>
        DateTimeOffset.TryParseExact(value, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) ? texts.When(instant) : Code(value);

    /// <summary>Log-in name, role, branch, and where it was changed the name.</summary>
    private string OfStaff(string[] parts) => List(parts.Select((part, i) => i switch
    {
        1 => Code(part),
        2 => part == Nowhere ? texts["Common_AllBranches"] : texts["Common_BranchNumber", part],
        _ => part,
    }));

    /// <summary>Name, mode and branch.</summary>
    private string OfContract(string[] parts) => List(parts.Select((part, i) => i switch
    {
        1 => Code(part),
        2 => part == Nowhere ? texts["Common_NoBranch"] : texts["Common_BranchNumber", part],
        _ => part,
    }));

    /// <summary>Keys and values, such as <c>lockAfter=5 dualControl=true</c>.</summary>
    private string OfPolicy(string settings) => List(BetweenSettings().Split(settings).Select(setting => setting.Split('=', 2) is [var key, var value]
        ? texts["Common_Named", texts.Word("Policy", key), List(value.Split(',').Select(Code))]
        : setting));

    /// <summary>A condition, such as <c>action token.revoked</c>.</summary>
    private string OfAsked(string condition) => condition.Split(' ', 2) is [var name, var value]
        ? texts["Common_Named", texts.Word("Asked", name), name is "action" ? Event(value) : value]
        : condition;

    /// <summary>The parts of a list whose first part is what people have named, commas and all.</summary>
    private static string[] FromEnd(string value, int count)
    {
        var parts = value.Split(", ");
        return parts.Length <= count ? parts : [string.Join(", ", parts[..^(count - 1)]), .. parts[^(count - 1)..]];
    }

    private string List(IEnumerable<string> parts) => string.Join(Comma, parts);

    /// <summary>A transaction, then the caller's reference.</summary>
    private string FirstWord(string detail)
    {
        var space = detail.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 ? $"{Code(detail[..space])} {detail[(space + 1)..]}" : Code(detail);
    }

    [GeneratedRegex(@"^(?<count>[0-9]+) tokens: (?<first>\S+) to (?<last>\S+)\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Imported();

    [GeneratedRegex(@"[(（](?<login>[^()（）]+)[)）]\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoginInBrackets();

    [GeneratedRegex(" (?=[a-z][A-Za-z]*=)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BetweenSettings();
}
