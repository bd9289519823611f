using KenshinOtp.Otp;
using KenshinOtp.Results;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page that asks for a one-time password, and says what was wrong with it.</summary>
internal abstract class OtpModel(VisitorDesk desk, PortalTexts texts) : PortalModel(desk)
{
    /// <summary>Digits of this token's passwords.</summary>
    public int Digits => Visitor.Subject.Token?.Digits ?? Visitor.Policy.Digits;

    /// <summary>Whether the password just typed was a wrong one.</summary>
    public bool Mismatched { get; private set; }

    /// <returns>The password, or null with the fault noted. Apps show it in groups: blanks are no fault.</returns>
    protected async Task<OtpCode?> TypedOtp(CancellationToken ct)
    {
        var typed = string.Concat(Tidy(await Typed(OtpField.Name, ct)).Where(c => !char.IsWhiteSpace(c)));
        if (typed.Length == Digits && OtpCode.TryParse(typed, out var otp))
            return otp;
        Faults.Add(OtpField.Name, texts["Otp_Malformed", Digits]);
        return null;
    }

    /// <returns>Whether the refusal is one that another password can mend; its fault is noted then.</returns>
    protected bool Note(Problem problem)
    {
        var facts = problem.Facts;
        switch (facts?.GetValueOrDefault("reason"))
        {
            case "otp_mismatch" when facts.GetValueOrDefault("remainingAttempts") is int left and > 0:
                Mismatched = true;
                Faults.Add(OtpField.Name, texts["Otp_Mismatch", left]);
                return true;
            case "otp_replayed":
                Faults.Add(OtpField.Name, texts["Otp_Replayed"]);
                return true;
            default:
                return false;
        }
    }
}
