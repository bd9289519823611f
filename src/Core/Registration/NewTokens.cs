using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Tokens;
using KenshinOtp.Verification;

namespace KenshinOtp.Registration;

/// <summary>A token that somebody offers by its serial number, and the step of the password that was typed with it; null: a wrong one.</summary>
public sealed record OfferedToken(Token Token, DriftWindow Window, long? Step);

/// <summary>Looks at tokens that are offered by serial number and password, and gives them to their user.</summary>
public sealed class NewTokens(TokenStore tokens, TokenSecrets secrets, RegistrationStore registrations, Knocks knocks)
{
    // The clock of a device drifts some seconds a month while it lies in stock; its first password tells how far.
    private const int StepsAfterStorage = 5;

    public static Problem SerialUnknown { get; } = Problem.NotFound("serial_unknown", "The institution has no token of this serial number.");

    public static Problem SerialInUse { get; } = Problem.Conflict("serial_in_use", "The token of this serial number is in use.");

    /// <summary>Finds the token and its password's step; nothing is changed.</summary>
    public async Task<Result<OfferedToken>> Look(
        Tx tx, Caller caller, SerialNumber serial, OtpCode otp, DateTimeOffset now, CancellationToken ct)
    {
        await tokens.Hold(tx, serial, ct);
        if (await tokens.BySerial(tx, caller.Institution.Id, serial, ct) is not { } token)
            return SerialUnknown;
        if (token.Status == TokenStatus.Revoked || (token.Status == TokenStatus.Unbound && token.ExpiresAt <= now))
            return TokenProblems.InvalidTransition(token.Status == TokenStatus.Revoked ? TokenStatus.Revoked : TokenStatus.Expired);
        if (token.After(TokenAction.Register, caller.Policy.LockAfter) is null)
            return SerialInUse;
        if (Knocks.Pause(token, now) is { } pause)
            return pause;
        var steps = token is { Kind: TokenKind.Hardware, LastStep: 0 } ? Math.Max(caller.Policy.DriftSteps, StepsAfterStorage) : caller.Policy.DriftSteps;
        var window = new DriftWindow(Totp.StepAt(now, token.Period), token.Drift, steps, token.Period);
        return new OfferedToken(token, window, window.Match(secrets.Open(token.Id, token.Secret!), token.Algorithm, token.Digits, otp, token.LastStep));
    }

    /// <summary>Why the password of an offered token does not count, or None.</summary>
    public static VerificationReason Judge(OfferedToken offered) => offered.Step switch
    {
        null => VerificationReason.OtpMismatch,
        { } step when step <= offered.Token.LastStep => VerificationReason.OtpReplayed,
        _ => VerificationReason.None,
    };

    /// <summary>Notes that a wrong password was typed with an offered token.</summary>
    public Task Refuse(Tx tx, OfferedToken offered, DateTimeOffset now, CancellationToken ct) =>
        Judge(offered) == VerificationReason.OtpMismatch ? knocks.Count(tx, offered.Token, now, ct) : Task.CompletedTask;

    /// <summary>Gives the token to the user and uses up its password.</summary>
    /// <exception cref="LostRaceException">Somebody else was first, which <see cref="Look"/> has left hardly any room for: it held the token.</exception>
    public async Task Take(Tx tx, OfferedToken offered, Subject subject, DateTimeOffset now, CancellationToken ct)
    {
        var step = offered.Step ?? throw new InvalidOperationException("A token was taken with a wrong password.");
        if (!await registrations.Register(tx, offered.Token, subject, (step, offered.Window.DriftAfter(step)), now, ct))
            throw new LostRaceException($"Token {offered.Token.Id} changed while it was registered.");
    }
}
