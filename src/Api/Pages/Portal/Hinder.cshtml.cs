using KenshinOtp.Text;
using KenshinOtp.Tokens;
using KenshinOtp.Withdrawal;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>事故設定, 事故解除 and ロック解除: says what will happen to whom, and takes a reason; who lifts something, also a password.</summary>
internal sealed class HinderModel(VisitorDesk desk, HinderTokenHandler hinder, PortalTexts texts) : TargetModel(desk, texts)
{
    public const string ReasonField = "Reason";

    /// <summary>What the address asks for; also the beginning of its Texts.</summary>
    public TokenAction Action { get; private set; }

    /// <summary>The state that the token will be in, or null: it may not happen, or not by this visitor.</summary>
    public TokenStatus? Next => Action == TokenAction.Suspend || VisitorLifts
        ? Target.Subject.Token?.After(Action, Visitor.Policy.LockAfter)
        : null;

    /// <summary>The text on who ends a suspension.</summary>
    public string Back => VisitorLifts ? "Suspend_BackOther" : AdministratorLifts ? "Suspend_BackOwn" : "Suspend_BackBranch";

    /// <summary>How many users it concerns.</summary>
    public int Users { get; private set; }

    /// <summary>The reason as it was typed.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The sentence that says what will happen.</summary>
    public string Says
    {
        get
        {
            var user = Target.Subject.User;
            var who = Users > 1 ? Texts["Hinder_WhoAll", Users]
                : Target.IsOther ? Texts["Hinder_WhoOther", user.DisplayName, user.UserId.Value]
                : Texts["Hinder_WhoOwn"];
            return (Action, Next) switch
            {
                (TokenAction.Suspend, _) => Texts["Suspend_Says", who],
                (_, TokenStatus.InUse) when Target.Subject.Token!.ExpiresAt > Visitor.Now || Target.Subject.Token.ExpiresAt is null => Texts[Action + "_Says", who],
                (_, TokenStatus.Locked) => Texts["Resume_SaysLocked"],
                _ => Texts["Resume_SaysBefore"],
            };
        }
    }

    /// <summary>Whether the visitor proves to be who acts.</summary>
    public bool NeedsPassword => Action != TokenAction.Suspend;

    private bool VisitorLifts => Target.IsOther && Visitor.Lifts(Target.Subject.Token?.Serial.Value);

    private bool AdministratorLifts { get; set; }

    protected override async Task<IActionResult?> Prepare(CancellationToken ct)
    {
        if (ActionOf(RouteData.Values["deed"] as string) is not { } action)
            return NotFound();
        Action = action;
        return await base.Prepare(ct);
    }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => Next is null ? Leave() : await Show(ct);

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (Next is null)
            return Leave();
        Reason = await Typed(ReasonField, ct);
        var reason = OneLine.Of(Reason).Trim();
        if (reason.Length > HinderToken.MaxReason)
        {
            Faults.Add(ReasonField, Texts["Hinder_ReasonTooLong", HinderToken.MaxReason]);
        }

        var otp = NeedsPassword ? await TypedOtp(ct) : null;
        if (Faults.Any)
            return await Show(ct);
        var hindered = await hinder.Handle(
            new(Visitor.Caller, Visitor.Visit.ServiceId, Target.UserId, Action, Target.ActingUserId, reason.Length == 0 ? null : reason, otp), ct);
        if (hindered.Succeeded(out var receipt, out var problem))
            return ToResult(receipt);
        return Note(problem) ? await Show(ct) : Leave(); // locked by this very password, or changed by somebody else
    }

    /// <summary>In any case of letters, as routes are found.</summary>
    private static TokenAction? ActionOf(string? deed) => deed?.ToLowerInvariant() switch
    {
        "suspend" => TokenAction.Suspend,
        "resume" => TokenAction.Resume,
        "unlock" => TokenAction.Unlock,
        _ => null,
    };

    private async Task<IActionResult> Show(CancellationToken ct)
    {
        Users = (await Desk.Sharers(Target.Subject, ct)).Count;
        AdministratorLifts = await Desk.AdministratorLifts(Target.Subject, ct);
        return Page();
    }
}
