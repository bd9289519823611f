using KenshinOtp.Contracts;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Tokens;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>A page that asks for a one-time password, and says what was wrong with it.</summary>
internal abstract class OtpModel(VisitorDesk desk, PortalTexts texts) : PortalModel(desk)
{
    /// <summary>Digits of the passwords that are asked for.</summary>
    public int Digits => Prover?.Digits ?? Visitor.Policy.Digits;

    /// <summary>Whether the password just typed was a wrong one.</summary>
    public bool Mismatched { get; private set; }

    protected PortalTexts Texts { get; } = texts;

    /// <summary>The token whose password is asked for; null if there is none yet.</summary>
    protected virtual Token? Prover => Visitor.Subject.Token;

    /// <returns>The password, or null with the fault noted.</returns>
    protected async Task<OtpCode?> TypedOtp(CancellationToken ct) =>
        await TypedDigits(OtpField.Name, Prover, ct) is { } digits ? Otp(digits) : null;

    /// <param name="field">Where it is typed.</param>
    /// <param name="prover">The token that shows it; null where that is not known yet, and with it the number of digits.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The digits of a password, or null with the fault noted.</returns>
    protected async Task<string?> TypedDigits(string field, Token? prover, CancellationToken ct)
    {
        var typed = await TypedInGroups(field, ct);
        if ((prover is null || typed.Length == prover.Digits) && OtpCode.TryParse(typed, out _))
            return typed;
        Faults.Add(field, Texts["Otp_Malformed", prover?.Digits ?? Visitor.Policy.Digits]);
        return null;
    }

    protected static OtpCode Otp(string digits) =>
        OtpCode.TryParse(digits, out var otp) ? otp : throw new ArgumentException("No digits of a password.", nameof(digits));

    /// <param name="problem">Why the password was refused.</param>
    /// <param name="field">Where it was typed.</param>
    /// <param name="mismatch">The text on a wrong one, with the tries that are left.</param>
    /// <returns>Whether the refusal is one that another password can mend; its fault is noted then.</returns>
    protected bool Note(Problem problem, string field = OtpField.Name, string mismatch = "Otp_Mismatch")
    {
        var facts = problem.Facts;
        switch (facts?.GetValueOrDefault("reason"))
        {
            case "otp_mismatch" when facts.GetValueOrDefault("remainingAttempts") is int left and > 0:
                Mismatched = true;
                Faults.Add(field, Texts[mismatch, left]);
                return true;
            case "otp_replayed":
                Faults.Add(field, Texts[Visitor.Subject.Contract.TokenMode == TokenMode.Individual ? "Otp_Replayed" : "Otp_ReplayedShared"]);
                return true;
            default:
                return false;
        }
    }
}
