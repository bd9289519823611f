using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page that asks for a new token by its serial number and a password, and says what was wrong with them.</summary>
internal abstract class RegistrationModel(VisitorDesk desk, PortalTexts texts) : TargetModel(desk, texts)
{
    /// <summary>The serial number as it was typed.</summary>
    public string Serial { get; private set; } = "";

    /// <summary>A serial number as this institution's look.</summary>
    public string Example => SerialNumber.Grouped(Visitor.Policy.SerialPrefix + "00012345");

    /// <summary>The text on a password that is not the new token's.</summary>
    protected virtual string Mismatch => "Otp_MismatchNew";

    /// <returns>The serial number, or null with the fault noted.</returns>
    protected async Task<SerialNumber?> TypedSerial(CancellationToken ct)
    {
        Serial = await Typed(SerialField.Name, ct);
        if (SerialNumber.TryParse(SerialNumber.WithoutMarks(Serial), out var serial))
            return serial;
        Faults.Add(SerialField.Name, Texts["Register_SerialMalformed", Example]);
        return null;
    }

    /// <param name="problem">Why the new token was refused.</param>
    /// <param name="otpField">Where its password was typed.</param>
    /// <returns>Whether the visitor can mend it; its fault is noted then.</returns>
    protected bool NoteNew(Problem problem, string otpField)
    {
        var (field, text) = problem.Code switch
        {
            "serial_unknown" => (SerialField.Name, Texts["Register_SerialUnknown"]),
            "serial_in_use" => (SerialField.Name, Texts["Register_SerialInUse"]),
            "rate_limited" => (otpField, Texts["Register_Wait", Texts.From(Visitor.Now + (problem.RetryAfter ?? TimeSpan.Zero))]),
            "invalid_transition" => problem.Facts?.GetValueOrDefault("status") switch
            {
                "revoked" => (SerialField.Name, Texts["Register_SerialRevoked"]),
                "expired" => (SerialField.Name, Texts["Register_SerialExpired"]),
                _ => ("", ""),
            },
            "invalid_otp" when IsGuessAtNew(problem) => (otpField, Texts[Mismatch]),
            "invalid_otp" => Note(problem, otpField) ? ("", "") : (SerialField.Name, Texts["Register_SerialHindered"]),
            _ => ("", ""),
        };
        if (field.Length > 0)
            Faults.Add(field, text);
        return Faults.Any;
    }

    /// <summary>Whether the password was wrong for a token that nobody uses yet: there is no lock to count down to.</summary>
    private static bool IsGuessAtNew(Problem problem) =>
        problem.Facts is { } facts && facts.GetValueOrDefault("reason") is "otp_mismatch" && facts.GetValueOrDefault("remainingAttempts") is null;
}
