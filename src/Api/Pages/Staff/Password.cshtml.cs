using KenshinOtp.Results;
using KenshinOtp.Staff;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>Replaces a password: at the first log-in the one that an operator gave, later whenever the person wishes.</summary>
internal sealed class PasswordModel(StaffDoor door, SignIn signIn, StaffTexts texts) : GateModel(door)
{
    private const string Current = "Current", New = "New", Again = "Again";

    public bool First => Member.PasswordTemporary;

    /// <summary>Whether it was replaced just now.</summary>
    public bool Done => Request.Query.ContainsKey("done") && !Faults.Any;

    protected override string Step => StaffPaths.Password;

    private string Weak =>
        texts["Password_Weak", StaffPasswords.MinLength, StaffPasswords.MaxLength, StaffPasswords.MinDifferent, StaffPasswords.TellingLogin];

    public IActionResult OnGet() => Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        var (current, chosen, again) = (await Typed(Current, ct), await Typed(New, ct), await Typed(Again, ct));
        if (current.Length == 0)
            Faults.Add(Current, texts[First ? "Password_MissingFirst" : "Password_Missing"]);
        if (!StaffPasswords.IsAcceptable(chosen, Visit.Member))
            Faults.Add(New, Weak);
        if (again.Length == 0 || !string.Equals(chosen, again, StringComparison.Ordinal))
            Faults.Add(Again, texts["Password_Differs"]);
        if (Faults.Any)
            return Page();

        var changed = await signIn.ChangePassword(Visit, current, chosen, ct);
        if (changed.Succeeded(out var cookie, out var problem))
        {
            if (Visit.Session.Stage != SignInStage.Full)
                return await Admit(cookie, ct);
            StaffCookie.Write(HttpContext, cookie);
            return LocalRedirect(StaffPaths.Password + "?done=1");
        }

        if (await IsOver(ct))
            return GoOn(visit: null);
        if (problem.Kind == ProblemKind.Invalid)
            Faults.Add(New, Weak);
        else
            Faults.Add(Current, texts[First ? "Password_FailedFirst" : "Password_Failed"]);
        return Page();
    }

    /// <summary>The fields: name, label, what a password store makes of it, and whether the rule stands beside it.</summary>
    public IEnumerable<(string Name, string Label, string Autocomplete, bool Rule)> Fields() =>
    [
        (Current, texts[First ? "Password_CurrentFirst" : "Password_Current"], "current-password", false),
        (New, texts["Password_New"], "new-password", true),
        (Again, texts["Password_Again"], "new-password", false),
    ];

    protected override IActionResult? Refuse(StaffVisit? visit) => visit is { Session.Stage: SignInStage.Full } ? null : base.Refuse(visit);
}
