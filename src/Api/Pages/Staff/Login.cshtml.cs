using KenshinOtp.Api.Http;
using KenshinOtp.Staff;
using KenshinOtp.Text;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>The first step: institution, login ID and password. One refusal for everything that may be wrong.</summary>
internal sealed class LoginModel(StaffDoor door, SignIn signIn, RateLimits limits, StaffTexts texts) : GateModel(door)
{
    private const int MaxLength = 80;

    public static int PauseAfter => KenshinOtp.Staff.SignIn.PauseAfter;

    public static int PauseMinutes => (int)KenshinOtp.Staff.SignIn.Pause.TotalMinutes;

    public string Institution { get; private set; } = "";

    public string Login { get; private set; } = "";

    /// <summary>The one refusal, of what was filled in.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether a form came here after its session's end.</summary>
    public bool Undone => HttpMethods.IsGet(Request.Method) && Request.Query.ContainsKey(StaffPaths.Undone);

    protected override string Step => StaffPaths.Login;

    public IActionResult OnGet()
    {
        Institution = StaffCookie.Institution(HttpContext) is { Length: <= MaxLength } code ? code : "";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        (Institution, Login) = (Short(await Typed("Institution", ct)), Short(await Typed("Login", ct)));
        var password = await Typed("Password", ct);
        foreach (var (field, typed) in new[] { (nameof(Institution), Institution), (nameof(Login), Login), ("Password", password) })
        {
            if (typed.Length == 0)
                Faults.Add(field, texts[$"Login_{field}Missing"]);
        }

        if (Faults.Any)
            return Page();
        if (limits.Refusal($"staff/{Institution}/{Login.ToUpperInvariant()}") is { RetryAfter: { } wait })
        {
            Response.ComeBackAfter(wait);
            return StatusCode(StatusCodes.Status429TooManyRequests);
        }

        var begun = await signIn.Begin(Institution, Login, password, StaffDoor.Workplace(HttpContext), ct);
        if (begun.Succeeded(out var cookie, out _))
        {
            StaffCookie.RememberInstitution(HttpContext, Institution);
            return await Admit(cookie, ct);
        }

        Refusal = texts["Login_FailedWhat", PauseAfter, PauseMinutes];
        return Page();
    }

    /// <summary>Somebody who is half-way may begin anew here.</summary>
    protected override IActionResult? Refuse(StaffVisit? visit) => visit is { Session.Stage: SignInStage.Full } ? GoOn(visit) : null;

    private static string Short(string typed) => Shortened.To(MaxLength, Tidy(typed));
}
