using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>What a password does to its token.</summary>
internal enum PasswordChange
{
    /// <summary>Nothing: something stands against any password, or it was used before.</summary>
    None,

    /// <summary>It is used up.</summary>
    Accept,

    /// <summary>It is used up, and the renewed secret that it is of takes the place of the old one.</summary>
    Promote,

    /// <summary>It is counted as wrong.</summary>
    Fail,
}

/// <summary>What a password comes to, as far as a snapshot of its token can tell.</summary>
/// <param name="Reason">None if it is good.</param>
/// <param name="Change">What it does to the token.</param>
/// <param name="Step">The step it is of, if it is good.</param>
/// <param name="Drift">The drift of the token's clock from then on.</param>
/// <param name="To">The token's state after a promotion, or at the bound of wrong passwords.</param>
internal readonly record struct Verdict(
    VerificationReason Reason, PasswordChange Change = PasswordChange.None, long Step = 0, int Drift = 0, TokenStatus To = TokenStatus.InUse);
