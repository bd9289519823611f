using System.Globalization;
using System.Net.Sockets;
using System.Resources;
using KenshinOtp.Audit;
using KenshinOtp.Configuration;
using KenshinOtp.Data;
using KenshinOtp.Housekeeping;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Staff;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Html;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The words of what staff do and look through: <c>StaffWorkTexts.resx</c> is Japanese, <c>StaffWorkTexts.en.resx</c> English.</summary>
internal sealed class StaffWorkTexts(IHttpContextAccessor http, StaffTexts texts) : PageTexts(Resources, http)
{
    private static readonly ResourceManager Resources = new("KenshinOtp.Api.Pages.Staff.StaffWorkTexts", typeof(StaffWorkTexts).Assembly);

    /// <summary>The button's verb: does it, or drafts it.</summary>
    public string Verb(StaffAction action, bool drafts) => this[(drafts ? "Draft_" : "Do_") + action];

    /// <summary>What will work and what will not, for whom, and how to get back.</summary>
    /// <param name="action">What is done.</param>
    /// <param name="preview">To whom.</param>
    /// <param name="byMail">Whether the institution's tokens come by mail rather than by their serial number.</param>
    public string Effect(StaffAction action, PaperPreview preview, bool byMail)
    {
        if (action == StaffAction.Cancel)
            return preview.Lines.Count == 0 ? this["Effect_CancelNone"] : this["Effect_Cancel", preview.Lines.Count];
        var users = string.Join(texts["Common_Comma"], preview.Lines.SelectMany(line => line.Users).Distinct(StringComparer.Ordinal).Select(Person));
        return action switch
        {
            StaffAction.Revoke => this[byMail ? "Effect_Revoke" : "Effect_RevokeRegister", users],
            StaffAction.Resume => Back(),
            StaffAction.Unlock => this["Effect_Unlock", Back()],
            _ => this[$"Effect_{action}", users],
        };

        string Back() => this[$"Effect_Back{preview.Lines[0].After}", users]; // what is lifted stood against one token
    }

    public string JobSays(string name) => Find("JobSays_" + name) ?? "";

    /// <summary>How long ago, in the two largest units.</summary>
    public string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => this["Age_Now"],
        { TotalHours: < 1 } => this["Age_Minutes", age.Minutes],
        { TotalDays: < 1 } => this["Age_Hours", age.Hours, age.Minutes],
        _ => this["Age_Days", age.Days, age.Hours],
    };

    /// <summary>How long something took.</summary>
    public string Took(TimeSpan time) => time.TotalSeconds < 1
        ? this["Took_Milliseconds", Math.Round(time.TotalMilliseconds)]
        : this["Took_Seconds", time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)];

    /// <summary>Why something was not done, in a sentence that says what to do.</summary>
    public string Refusal(Problem problem) => problem.Code switch
    {
        "invalid_transition" when problem.Facts?.GetValueOrDefault("tokenStatus") is string status =>
            this["Refusal_InvalidTransition", texts.Status(EnumNames.Parse<TokenStatus>(status))],
        "token_not_found" => this["Refusal_NoToken"],
        "draft_exists" => this["Refusal_DraftExists"],
        "token_replaced" => this["Refusal_TokenReplaced"],
        "own_draft" => this["Refusal_OwnDraft"],
        "not_allowed" => this["Refusal_NotAllowed"],
        "mail_not_resendable" => this["Refusal_NotResendable"],
        "activation_void" => this["Refusal_ActivationVoid"],
        _ => this["Refusal_Other"],
    };

    /// <summary>Who decided, when and what: for whoever comes too late.</summary>
    public string Decided(Draft draft, DateTimeOffset now)
    {
        var status = draft.StatusAt(now);
        return status == DraftStatus.Expired || draft.DeciderName is null
            ? this["Decided_Expired", texts.Until(draft.ExpiresAt)]
            : this["Decided_" + status, draft.DeciderName, texts.When(draft.DecidedAt ?? now)];
    }

    /// <summary>What came of the last round of a job.</summary>
    public IHtmlContent State(JobRun? run) => run switch
    {
        null => Show.State("past", Marks.Open, this["JobState_Never"]),
        { Error: not null } => Show.State("bad", Marks.Alert, this["JobState_Failed"]),
        _ => Show.State("good", Marks.Done, this["JobState_Fine"]),
    };

    /// <summary>Why a round failed, from the name that was kept of it; for what has no sentence of its own, one that names it to the operators.</summary>
    public string Fault(string name) => name.Split(' ', ',')[0] switch
    {
        nameof(AuditCutException) => this["Fault_AuditCut"],
        nameof(KeyMissingException) or nameof(KeyUnreadableException) => this["Fault_Keys"],
        nameof(SchemaException) => this["Fault_Schema"],
        nameof(SettingsException) => this["Fault_Settings"],
        nameof(LostRaceException) or nameof(OverloadedException) => this["Fault_Busy"],
        Races.DiskFull => this["Fault_DiskFull"],
        nameof(OutcomeOpenException) or "SqliteException" or "PostgresException" or "NpgsqlException" or "SqlException" or "NoAnswerException" or "CommitInDoubtException" or "PoolExhaustedException" => this["Fault_Database", name],
        nameof(IOException) or nameof(UnauthorizedAccessException) => this["Fault_Files"],
        nameof(SocketException) or nameof(TimeoutException) => this["Fault_Network"],
        _ => this["Fault_Other", name],
    };

    private string Person(string name) => InJapanese ? $"{name} 様" : name;
}
