using KenshinOtp.Audit;

namespace KenshinOtp.Institutions;

/// <summary>On whose behalf a use case runs: the institution bounds everything it can see, the actor is who the audit trail names.</summary>
public sealed record Caller(Institution Institution, Actor Actor)
{
    public Policy Policy => Institution.Policy;
}
