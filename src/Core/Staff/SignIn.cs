using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Otp;
using KenshinOtp.Results;
using KenshinOtp.Security;
using KenshinOtp.Text;

namespace KenshinOtp.Staff;

/// <summary>
/// Log-in with a password and a one-time password from this very system. Each step ends the session before it and opens another, so that no cookie from
/// before a step is worth anything after it.
/// Wrong passwords at the first step come from anybody who knows a log-in name: they make the next tries wait, and end nothing that is open (as
/// <see cref="Tokens.Knocks"/> does; but the pause does not grow, so that a stranger who has stopped keeps nobody out for longer than one). Wrong ones after
/// that come from somebody who knows the password, or sits at an open session: they lock.
/// </summary>
public sealed class SignIn(
    Database database, InstitutionStore institutions, StaffStore staff, StaffSessionStore sessions, StaffPasswords passwords, Sealer sealer,
    Journal journal, TimeProvider time)
{
    /// <summary>So many wrong passwords at the first step begin a pause.</summary>
    public const int PauseAfter = 5;

    /// <summary>How long no password is judged then: with that, a password is guessed at 1,440 times a day at most, and a one-time password must follow it.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private const int LockAfter = 5, CookieBytes = 16, MaxAgentLength = 200;

    /// <summary>One refusal for everything that may be wrong, so that nothing can be learned from it.</summary>
    private static readonly Problem Failed = Problem.Refused("sign_in_failed", "The log-in was not accepted.");

    /// <summary>The first step: institution, log-in name and password.</summary>
    public async Task<Result<BearerCode>> Begin(string institutionCode, string login, string password, Workplace workplace, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (institution, member) = await Find(institutionCode, login, ct);
        var right = passwords.Matches(password, member); // slow on purpose: before the transaction, not within

        await using var tx = await database.Begin(ct);
        if (institution is null || member is null)
        {
            await Refuse(tx, institution?.Id ?? "", login: null, workplace, now, ct);
            return await tx.Commit(Failed, ct);
        }

        await staff.Hold(tx, member, ct);
        var fresh = await staff.ById(tx, member.Id, ct) ?? throw new InvalidOperationException("A member of staff vanished.");
        if (fresh.KnocksPausedUntil > now || !right || !fresh.MayEnter || fresh.PasswordHash != member.PasswordHash)
        {
            await Knock(tx, fresh, workplace, now, ct);
            return await tx.Commit(Failed, ct);
        }

        return await tx.Commit(await Open(tx, Begun(fresh, SignInStage.Password, workplace, now), ct), ct);
    }

    /// <summary>The second step: a one-time password. At the first log-in it proves the token that was just shown.</summary>
    public async Task<Result<BearerCode>> Prove(StaffVisit visit, OtpCode otp, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var workplace = visit.Session.Workplace;
        var member = await staff.ById(tx, visit.Member.Id, ct) ?? throw new InvalidOperationException("A member of staff vanished.");
        if (member.PasswordTemporary || (member.Secret ?? member.PendingSecret) is not { } sealedSecret)
            return Failed;

        var window = StaffToken.Window(member, now);
        var step = window.Match(Open(member, sealedSecret), StaffToken.Algorithm, StaffToken.Digits, otp, member.LastStep);
        if (step is not { } found || !member.MayEnter)
        {
            await Fail(tx, member, workplace, now, ct);
            return await tx.Commit(Failed, ct);
        }

        var proved = found > member.LastStep
            && (member.Secret is null
                ? await staff.Enroll(tx, member, found, window.DriftAfter(found), ct)
                : await staff.Accept(tx, member, found, window.DriftAfter(found), ct));
        if (!proved)
        {
            // Used up, by the log-in before or by the same form sent twice: not accepted again, but no guess either.
            await Refuse(tx, member.InstitutionId, member.Login, workplace, now, ct);
            return await tx.Commit(Failed, ct);
        }

        await sessions.End(tx, visit.Session.Id, now, ct);
        await Note(tx, member.Secret is null ? "staff.enrolled" : "staff.signedIn", member.InstitutionId, member.Login, workplace, now, ct);
        return await tx.Commit(await Open(tx, Begun(member, SignInStage.Full, workplace, now), ct), ct);
    }

    /// <summary>Replaces the password; that of an operator must be replaced before anything else.</summary>
    public async Task<Result<BearerCode>> ChangePassword(StaffVisit visit, string current, string chosen, CancellationToken ct)
    {
        var right = passwords.Matches(current, visit.Member);
        if (!StaffPasswords.IsAcceptable(chosen, visit.Member) || string.Equals(current, chosen, StringComparison.Ordinal))
            return Problem.Invalid("password", $"{StaffPasswords.Rule} It must be another than before.");
        var hash = passwords.Hash(chosen);

        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        var workplace = visit.Session.Workplace;
        if (!right)
        {
            await Fail(tx, visit.Member, workplace, now, ct);
            return await tx.Commit(Failed, ct);
        }

        if (!await staff.ChangePassword(tx, visit.Member, hash, ct))
            throw new LostRaceException($"Member of staff {visit.Member.Id} changed meanwhile."); // by the same form sent twice, most likely: no wrong password

        await sessions.EndAll(tx, visit.Member.Id, now, ct);
        await Note(tx, "staff.passwordChanged", visit.Member.InstitutionId, visit.Member.Login, workplace, now, ct);
        var next = visit.Session with { Id = Ids.New(now), LastSeenAt = now }; // begun when it was: a password alone prolongs no session
        return await tx.Commit(await Open(tx, next, ct), ct);
    }

    /// <summary>The secret of the token to enroll at the first log-in: the same until it is proved. Null if there is one in use.</summary>
    public async Task<TokenSecret?> SecretToEnroll(StaffVisit visit, CancellationToken ct)
    {
        if (visit.Member is { Secret: not null } or { PasswordTemporary: true })
            return null;
        if (visit.Member.PendingSecret is { } pending)
            return Open(visit.Member, pending);
        var secret = TokenSecret.Random(StaffToken.Algorithm);
        await using var tx = await database.Begin(ct);
        if (await staff.Offer(tx, visit.Member, sealer.Seal(secret.Reveal(), StaffToken.Place(visit.Member.Id)), ct))
            return await tx.Commit(secret, ct);
        var fresh = await staff.ById(tx, visit.Member.Id, ct); // another window of the same person was first: this one shows the same
        return fresh is { Secret: null, PendingSecret: { } offered } ? Open(fresh, offered) : null;
    }

    private TokenSecret Open(StaffMember member, string sealedSecret) => new(sealer.Open(sealedSecret, StaffToken.Place(member.Id)));

    private async Task<(Institution? Institution, StaffMember? Member)> Find(string code, string login, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        var institution = InstitutionCode.TryParse(code, out var parsed) ? await institutions.ByCode(session, parsed, ct) : null;
        return (institution, institution is null || login.Any(char.IsControl) ? null : await staff.ByLogin(session, institution.Id, login, ct));
    }

    private static StaffSession Begun(StaffMember member, SignInStage stage, Workplace workplace, DateTimeOffset now) =>
        new(Ids.New(now), member.Id, stage, workplace.Address, Shortened.To(MaxAgentLength, workplace.Agent), now, now);

    private async Task<BearerCode> Open(Tx tx, StaffSession session, CancellationToken ct)
    {
        var cookie = BearerCode.Random(CookieBytes);
        await sessions.Insert(tx, session, cookie, ct);
        return cookie;
    }

    private async Task Knock(Tx tx, StaffMember member, Workplace workplace, DateTimeOffset now, CancellationToken ct)
    {
        var pauses = !(member.KnocksPausedUntil > now) && await staff.Knock(tx, member, PauseAfter, now + Pause, ct);
        await Refuse(tx, member.InstitutionId, member.Login, workplace, now, ct);
        if (pauses)
            await Note(tx, "staff.signInPaused", member.InstitutionId, member.Login, workplace, now, ct);
    }

    private async Task Fail(Tx tx, StaffMember member, Workplace workplace, DateTimeOffset now, CancellationToken ct)
    {
        var locked = await staff.Fail(tx, member, LockAfter, now, ct);
        await Refuse(tx, member.InstitutionId, member.Login, workplace, now, ct);
        if (locked)
        {
            await sessions.EndAll(tx, member.Id, now, ct);
            await Note(tx, "staff.locked", member.InstitutionId, member.Login, workplace, now, ct);
        }
    }

    private Task Refuse(Tx tx, string institutionId, string? login, Workplace workplace, DateTimeOffset now, CancellationToken ct) =>
        Note(tx, "staff.signInRefused", institutionId, login ?? "", workplace, now, ct);

    private Task Note(Tx tx, string action, string institutionId, string login, Workplace workplace, DateTimeOffset now, CancellationToken ct) =>
        journal.Write(tx, new Entry(action, Actor.Staff(login, workplace.Address), institutionId), now, ct);
}
