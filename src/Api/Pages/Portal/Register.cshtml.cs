using KenshinOtp.Contracts;
using KenshinOtp.Issuance;
using KenshinOtp.Registration;
using KenshinOtp.Tokens;
using Microsoft.AspNetCore.Mvc;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>利用開始: a token by its serial number and a password that it shows.</summary>
internal sealed class RegisterModel(VisitorDesk desk, RegisterTokenHandler register, PublicUrls urls, PortalTexts texts) : RegistrationModel(desk, texts)
{
    public const string LoginField = "OtpAtLogin";

    /// <summary>Whether log-in shall ask for a password too; null while that is not chosen.</summary>
    public bool? OtpAtLogin { get; private set; }

    /// <summary>Whether the institution lets its users choose that.</summary>
    public bool ChoosesLogin => Visitor.Policy.AsksFor(TransactionName.Login, otpAtLogin: true);

    /// <summary>Where the token app makes a token of this institution.</summary>
    public string AppUrl => urls.AppOf(Visitor.Visit.Institution.Code);

    protected override Token? Prover => null;

    private bool MayRegister => Target.View.NextStep == NextStep.Register;

    public IActionResult OnGet()
    {
        if (!MayRegister)
            return Target.IsOther ? Leave() : GoOn();
        OtpAtLogin = Target.Subject.User.OtpAtLogin ? true : null;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!MayRegister)
            return Leave();
        var serial = await TypedSerial(ct);
        var otp = await TypedOtp(ct);
        if (ChoosesLogin)
            await ReadChoice(ct);
        if (serial is not { } number || otp is not { } password || Faults.Any)
            return Page();

        var registered = await register.Handle(
            new(Visitor.Caller, Visitor.Visit.ServiceId, Target.UserId, number, password, OtpAtLogin, Target.ActingUserId), ct);
        if (registered.Succeeded(out var receipt, out var problem))
            return ToResult(receipt);
        return NoteNew(problem, OtpField.Name) ? Page() : Leave();
    }

    private async Task ReadChoice(CancellationToken ct)
    {
        OtpAtLogin = await Typed(LoginField, ct) switch { "yes" => true, "no" => false, _ => null };
        if (OtpAtLogin is null)
            Faults.Add(LoginField, Texts["Register_LoginMissing"]);
    }
}
