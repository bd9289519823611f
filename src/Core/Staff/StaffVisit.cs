using KenshinOtp.Audit;
using KenshinOtp.Institutions;

namespace KenshinOtp.Staff;

/// <summary>Where a log-in comes from.</summary>
public sealed record Workplace(string? Address, string? Agent);

/// <summary>A member of staff at work.</summary>
public sealed record StaffVisit(StaffSession Session, StaffMember Member, Institution Institution)
{
    public Caller Caller => new(Institution, Actor.Staff(Member.Login, Session.Address));

    /// <summary>When the session ends if nothing is asked for any more.</summary>
    public DateTimeOffset EndsAt
    {
        get
        {
            var (idle, absolute) = (Session.LastSeenAt + StaffSessions.IdleLimit, Session.CreatedAt + StaffSessions.AbsoluteLimit);
            return idle < absolute ? idle : absolute;
        }
    }
}
