using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Tokens;

namespace KenshinOtp.Verification;

/// <summary>
/// Checks one password against one token and uses it up. The match is made in memory; one guarded update has the last word, so that neither two
/// calls at once, nor a race past the lock, nor a stale snapshot can ever accept a password twice or miscount a wrong one.
/// </summary>
public sealed class PasswordCheck(TokenStore tokens, TokenSecrets secrets, Journal journal)
{
    // Each lost race means that somebody else's change went through; losing so many in a row means that something is broken.
    private const int MaxRaces = 50;

    /// <summary>Checks a password of a token in use.</summary>
    public Task<PasswordOutcome> Consume(Tx tx, Subject subject, Token token, OtpCode code, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        Settle(tx, subject, token, caller, now, fresh => TryConsume(tx, fresh, code, caller, now, ct), ct);

    /// <summary>Checks the first password, which proves an activated token and puts it in use.</summary>
    public Task<PasswordOutcome> Confirm(Tx tx, Subject subject, Token token, OtpCode code, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        Settle(tx, subject, token, caller, now, fresh => TryConfirm(tx, fresh, code, caller, now, ct), ct);

    /// <summary>Checks two passwords in a row of a token in use, far around the true time, and follows its clock from there.</summary>
    public Task<PasswordOutcome> Resync(
        Tx tx, Subject subject, Token token, (OtpCode First, OtpCode Second) pair, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        Settle(tx, subject, token, caller, now, fresh => TryResync(tx, fresh, pair, caller, now, ct), ct);

    /// <summary>Whether a password would be accepted now. It is not used up, and a wrong one is not counted.</summary>
    public bool WouldAccept(Token token, OtpCode code, Caller caller, DateTimeOffset now)
    {
        if (Hindrance(token, now) is not null)
            return false;
        var window = Window(token, caller.Policy, now);
        return (Renewed(token, now) is { } next && Match(token, next, code, window, after: -1) is not null)
            || (Match(token, token.Secret!, code, window, token.LastStep) > token.LastStep && !token.HasLapsedAt(now));
    }

    /// <summary>What a password would come to, by a snapshot of its token. Whoever acts on it has the snapshot confirmed by the statement that does so.</summary>
    /// <param name="token">The snapshot.</param>
    /// <param name="code">What was typed.</param>
    /// <param name="policy">The institution's policy.</param>
    /// <param name="now">The instant.</param>
    /// <param name="opened">The token's secret, if it is at hand.</param>
    internal Verdict Judge(Token token, OtpCode code, Policy policy, DateTimeOffset now, TokenSecret? opened = null)
    {
        if (Hindrance(token, now) is { } hindrance)
            return new(hindrance);

        var window = Window(token, policy, now);
        if (Renewed(token, now) is { } next && Match(token, next, code, window, after: -1) is { } renewed
            && token.After(TokenAction.CompleteRenewal, policy.LockAfter) is { } inUse)
            return new(VerificationReason.None, PasswordChange.Promote, renewed, window.DriftAfter(renewed), inUse);
        if (window.Match(opened ?? secrets.Open(token.Id, token.Secret!), token.Algorithm, token.Digits, code, token.LastStep) is not { } step)
            return new(VerificationReason.OtpMismatch, PasswordChange.Fail, To: Locked(token, policy));
        if (token.HasLapsedAt(now))
            return new(VerificationReason.TokenExpired); // it was renewed; the old secret no longer counts
        return step <= token.LastStep
            ? new(VerificationReason.OtpReplayed)
            : new(VerificationReason.None, PasswordChange.Accept, step, window.DriftAfter(step), token.Status);
    }

    private async Task<PasswordOutcome> Settle(
        Tx tx, Subject subject, Token token, Caller caller, DateTimeOffset now, Func<Token, Task<VerificationReason?>> attempt, CancellationToken ct)
    {
        for (var race = 0; race < MaxRaces; race++)
        {
            var reason = await attempt(token);
            token = await tokens.ById(tx, token.Id, ct) ?? throw new InvalidOperationException("A token vanished.");
            if (reason is not { } settled)
            {
                if (token.ContractId != subject.Contract.Id)
                    return new(VerificationReason.TokenNotActive, token.Serial.Value); // it was given up meanwhile, and perhaps found somebody else
                continue;
            }

            if (settled == VerificationReason.OtpMismatch && token.Status == TokenStatus.Locked)
                await NoteLock(tx, subject, token, caller, now, ct);
            return new(settled, token.Serial.Value, token.RemainingAttempts(caller.Policy));
        }

        throw new InvalidOperationException($"Token {token.Id} changed {MaxRaces} times while one password was checked.");
    }

    /// <returns>The reason, or null if the token changed under our hands and must be looked at again.</returns>
    private async Task<VerificationReason?> TryConsume(Tx tx, Token token, OtpCode code, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var verdict = Judge(token, code, caller.Policy, now);
        return verdict.Change switch
        {
            PasswordChange.Accept => await tokens.Accept(tx, token, verdict.Step, verdict.Drift, now, ct) ? VerificationReason.None : null,
            PasswordChange.Promote => await tokens.Promote(tx, token, verdict.To, verdict.Step, verdict.Drift, ct) ? VerificationReason.None : null,
            PasswordChange.Fail => await Fail(tx, token, caller, ct),
            _ => verdict.Reason,
        };
    }

    private async Task<VerificationReason?> TryConfirm(Tx tx, Token token, OtpCode code, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        if (token.StatusAt(now) != TokenStatus.Activated || token.After(TokenAction.Confirm, caller.Policy.LockAfter) is not { } next)
            return Hindrance(token, now) ?? VerificationReason.OtpReplayed; // in use: another confirmation was first

        var window = Window(token, caller.Policy, now);
        if (Match(token, token.Secret!, code, window, token.LastStep) is not { } step)
            return await Fail(tx, token, caller, ct);
        if (step <= token.LastStep)
            return VerificationReason.OtpReplayed;
        return await tokens.Confirm(tx, token, next, step, window.DriftAfter(step), now, ct) ? VerificationReason.None : null;
    }

    private async Task<VerificationReason?> TryResync(
        Tx tx, Token token, (OtpCode First, OtpCode Second) pair, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        if (Hindrance(token, now) is { } hindrance)
            return hindrance;

        var window = Window(token, caller.Policy, now);
        if (Renewed(token, now) is { } next && MatchPair(token, next, pair, window, after: -1) is { } renewed
            && token.After(TokenAction.CompleteRenewal, caller.Policy.LockAfter) is { } inUse)
            return await tokens.Promote(tx, token, inUse, renewed, window.DriftAfter(renewed), ct) ? VerificationReason.None : null;
        if (MatchPair(token, token.Secret!, pair, window, token.LastStep) is not { } step)
            return await Fail(tx, token, caller, ct);
        if (token.HasLapsedAt(now))
            return VerificationReason.TokenExpired;
        if (step - 1 <= token.LastStep)
            return VerificationReason.OtpReplayed;
        return await tokens.Accept(tx, token, step, window.DriftAfter(step), now, ct) ? VerificationReason.None : null;
    }

    private async Task<VerificationReason?> Fail(Tx tx, Token token, Caller caller, CancellationToken ct) =>
        await tokens.Fail(tx, token, caller.Policy.LockAfter, Locked(token, caller.Policy), ct) ? VerificationReason.OtpMismatch : null;

    private static TokenStatus Locked(Token token, Policy policy) =>
        token.After(TokenAction.Lock, policy.LockAfter) ?? throw new InvalidOperationException($"A token in state {token.Status} was asked for a password.");

    /// <summary>What stands against any password, right or wrong: the answer must not tell which it was.</summary>
    private static VerificationReason? Hindrance(Token token, DateTimeOffset now) => token.StatusAt(now) switch
    {
        TokenStatus.InUse => null,
        TokenStatus.Expired => VerificationReason.TokenExpired,
        TokenStatus.Locked => VerificationReason.TokenLocked,
        TokenStatus.Suspended => VerificationReason.TokenSuspended,
        TokenStatus.Revoked => VerificationReason.TokenRevoked,
        _ => VerificationReason.TokenNotActive,
    };

    /// <summary>The sealed secret of a renewal that waits for its first password; null if there is none, or if it has lapsed in its turn.</summary>
    private static string? Renewed(Token token, DateTimeOffset now) => token.IsRenewedAt(now) ? token.NextSecret : null;

    private static DriftWindow Window(Token token, Policy policy, DateTimeOffset now) =>
        new(Totp.StepAt(now, token.Period), token.Drift, policy.DriftSteps, token.Period);

    private long? Match(Token token, string sealedSecret, OtpCode code, DriftWindow window, long after) =>
        window.Match(secrets.Open(token.Id, sealedSecret), token.Algorithm, token.Digits, code, after);

    private long? MatchPair(Token token, string sealedSecret, (OtpCode First, OtpCode Second) pair, DriftWindow window, long after) =>
        window.MatchPair(secrets.Open(token.Id, sealedSecret), token.Algorithm, token.Digits, pair.First, pair.Second, after);

    private Task NoteLock(Tx tx, Subject subject, Token token, Caller caller, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, LockEntry(caller, subject.Contract.ServiceId, subject.User.UserId, token.Serial), now, ct);

    /// <summary>What the audit trail and the relying party hear of a lock.</summary>
    internal static Entry LockEntry(Caller caller, ServiceId serviceId, UserId userId, SerialNumber serial) =>
        new("token.locked", caller.Actor, caller.Institution.Id)
        {
            ServiceId = serviceId.Value,
            UserId = userId.Value,
            Serial = serial.Value,
            After = TokenStatus.Locked.ToRow(),
            Announce = true,
        };
}
