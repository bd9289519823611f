using KenshinOtp.Audit;
using KenshinOtp.Contracts;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Verification;

namespace KenshinOtp.Registration;

/// <param name="Caller">On whose behalf.</param>
/// <param name="ServiceId">The contract.</param>
/// <param name="UserId">Whose token is to be exchanged.</param>
/// <param name="Otp">The password that the token in use shows.</param>
/// <param name="ActingUserId">The administrator who acts for the user, or null: the user's own doing.</param>
public sealed record CheckCurrentToken(Caller Caller, ServiceId ServiceId, UserId UserId, OtpCode Otp, UserId? ActingUserId);

/// <summary>現パスワードの認証: the first step of an exchange. A right password stays good for the exchange itself; a wrong one counts like any other.</summary>
public sealed class CheckCurrentTokenHandler(
    Changes changes, Subjects subjects, ActingUsers acting, PasswordCheck passwords, Journal journal, TimeProvider time)
{
    /// <returns>Why the password is not accepted, or null: it is right, and nothing of it is used up.</returns>
    public async Task<Problem?> Handle(CheckCurrentToken request, CancellationToken ct)
    {
        await using var tx = await changes.Begin(ct);
        var now = time.GetUtcNow();
        var found = await Admit(tx, await subjects.Claim(tx, request.Caller.Institution, request.ServiceId, request.UserId, ct), request, ct);
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        if (subject.Token is not { } token)
            return Subjects.NoToken;
        if (passwords.WouldAccept(token, request.Otp, request.Caller, now))
            return null;

        var outcome = await passwords.Consume(tx, subject, token, request.Otp, request.Caller, now, ct);
        if (outcome.Accepted)
            return null; // right after a change that came between: left without a commit, it is not used up
        return await InvalidOtp.Refuse(tx, journal, request.Caller, subject, "exchange.refused", outcome, field: null, now, ct);
    }

    /// <summary>
    /// Whether a password that was found right is right still; nothing is counted. Only for one that <see cref="Handle"/> accepted: for any other this
    /// would be a way to guess without being counted.
    /// </summary>
    public async Task<bool> StillGood(CheckCurrentToken accepted, CancellationToken ct)
    {
        await using var session = await changes.Read(ct);
        var found = await Admit(session, await subjects.Find(session, accepted.Caller.Institution, accepted.ServiceId, accepted.UserId, ct), accepted, ct);
        return found.Succeeded(out var subject, out _) && subject.Token is { } token
            && passwords.WouldAccept(token, accepted.Otp, accepted.Caller, time.GetUtcNow());
    }

    private async Task<Result<Subject>> Admit(Session session, Result<Subject> found, CheckCurrentToken request, CancellationToken ct)
    {
        if (!found.Succeeded(out var subject, out var problem))
            return problem;
        var actor = await acting.Find(session, subject, request.Caller, request.ActingUserId, ct);
        return actor.Succeeded(out _, out problem) ? subject : problem;
    }
}
