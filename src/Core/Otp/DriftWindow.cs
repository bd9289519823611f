namespace KenshinOtp.Otp;

/// <summary>
/// The steps in which a password may be found (RFC 6238 §5.2 and §6): around the true time, and around the time of a token whose clock
/// was measured to be off. Both, because a phone's clock drifts slowly and is then set right at once.
/// </summary>
/// <param name="Step">The step of the true time.</param>
/// <param name="Drift">The measured drift of the token's clock, in steps.</param>
/// <param name="Width">The steps allowed either way.</param>
/// <param name="Period">The seconds of a step.</param>
public readonly record struct DriftWindow(long Step, int Drift, int Width, int Period)
{
    /// <summary>Seconds, eight hours and twenty minutes. A clock that is farther off is neither followed nor resynchronised: such a token is replaced.</summary>
    public const int MaxDrift = 30_000;

    private int Farthest => MaxDrift / Period;

    /// <summary>Finds the step whose password was typed; the work is the same whichever it is.</summary>
    /// <param name="secret">The token's secret.</param>
    /// <param name="algorithm">The token's hash.</param>
    /// <param name="digits">The token's digits.</param>
    /// <param name="code">What was typed.</param>
    /// <param name="after">The last step that was used up: a match beyond it is preferred.</param>
    /// <returns>The earliest matching step beyond <paramref name="after"/>, else the latest matching one, else null.</returns>
    public long? Match(TokenSecret secret, OtpAlgorithm algorithm, int digits, OtpCode code, long after)
    {
        using var passwords = new TotpNumbers(secret.Reveal(), algorithm, digits);
        long? used = null, fresh = null;
        var (first, last) = (Step + Math.Min(Drift, 0) - Width, Step + Math.Max(Drift, 0) + Width);
        for (var step = Math.Max(first, 0); step <= last; step++)
        {
            if (!IsNear(step) || !code.Matches(passwords.At(step), digits))
                continue;
            if (step > after)
                fresh ??= step;
            else
                used = step;
        }

        return fresh ?? used;
    }

    /// <summary>
    /// Finds two passwords in a row far around the true time (RFC 4226 §7.4, RFC 6238 §6): two of them, for one alone would be guessed too
    /// easily in so many steps.
    /// </summary>
    /// <returns>The step of the second password, beyond <paramref name="after"/> if there is such a one; else null.</returns>
    public long? MatchPair(TokenSecret secret, OtpAlgorithm algorithm, int digits, OtpCode first, OtpCode second, long after)
    {
        using var passwords = new TotpNumbers(secret.Reveal(), algorithm, digits);
        long? found = null;
        var previous = false;
        for (var step = Math.Max(0, Step - Farthest); step <= Step + Farthest; step++)
        {
            var password = passwords.At(step);
            if (previous && second.Matches(password, digits) && (found is null || found <= after))
                found = step;
            previous = first.Matches(password, digits);
        }

        return found;
    }

    /// <summary>The drift to remember once a password of this step was accepted.</summary>
    public int DriftAfter(long acceptedStep) => (int)Math.Clamp(acceptedStep - Step, -Farthest, Farthest);

    private bool IsNear(long step) => Math.Abs(step - Step) <= Width || Math.Abs(step - Step - Drift) <= Width;
}
