using KenshinOtp.Audit;
using KenshinOtp.Data;
using KenshinOtp.Institutions;
using KenshinOtp.Security;

namespace KenshinOtp.Staff;

/// <summary>The sessions that <see cref="SignIn"/> opened: whose a cookie is, which are open, and their end by hand.</summary>
public sealed class StaffSessions(
    Database database, InstitutionStore institutions, StaffStore staff, StaffSessionStore sessions, Journal journal, TimeProvider time)
{
    /// <summary>Unused for so long, a session is over.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(15);

    /// <summary>After this it is over, used or not.</summary>
    public static readonly TimeSpan AbsoluteLimit = TimeSpan.FromHours(10);

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    /// <returns>Who the cookie stands for, or null: the session has ended, by hand or by time.</returns>
    public async Task<StaffVisit?> Find(BearerCode cookie, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var visit = await Look(cookie, now, ct);
        if (visit is null || now - visit.Session.LastSeenAt < SeenEvery)
            return visit;
        await using var tx = await database.Begin(ct);
        await sessions.Seen(tx, visit.Session.Id, now, ct);
        return await tx.Commit(visit with { Session = visit.Session with { LastSeenAt = now } }, ct);
    }

    private async Task<StaffVisit?> Look(BearerCode cookie, DateTimeOffset now, CancellationToken ct)
    {
        await using var session = await database.Read(ct);
        return await sessions.Find(session, cookie, now - IdleLimit, now - AbsoluteLimit, ct) is { } found
            && await staff.ById(session, found.StaffId, ct) is { MayEnter: true } member
            && await institutions.ById(session, member.InstitutionId, ct) is { } institution
            ? new(found, member, institution)
            : null;
    }

    /// <summary>The open sessions that a person may end: the own ones, or with the right to it everybody's.</summary>
    public async Task<IReadOnlyList<ListedSession>> Open(StaffVisit visit, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await using var session = await database.Read(ct);
        return await sessions.Open(session, visit.Institution.Id, Reach(visit), now - IdleLimit, now - AbsoluteLimit, ct);
    }

    /// <returns>False if it is none of those.</returns>
    public async Task<bool> End(StaffVisit visit, string sessionId, CancellationToken ct)
    {
        await using var tx = await database.Begin(ct);
        var now = time.GetUtcNow();
        if (!await sessions.End(tx, sessionId, visit.Institution.Id, Reach(visit), now, ct))
            return false;
        var action = sessionId == visit.Session.Id ? "staff.signedOut" : "staff.sessionEnded";
        await journal.Write(tx, new Entry(action, visit.Caller.Actor, visit.Institution.Id), now, ct);
        return await tx.Commit(true, ct);
    }

    private static string? Reach(StaffVisit visit) => visit.Member.May(StaffAction.EndSessions) ? null : visit.Member.Id;
}
