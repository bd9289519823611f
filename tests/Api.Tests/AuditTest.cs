using KenshinOtp.Audit;
using KenshinOtp.Support;

namespace KenshinOtp.Api.Tests;

/// <summary>Tests about the audit trail of one centre.</summary>
public abstract class AuditTest : CentreTest
{
    protected AuditTrail Trail => new(Centre);

    protected async Task<string> Institution() => (await Audit.Value(Centre, "select id from institution where code = '9001'"))!;

    /// <summary>Two entries of the centre's making and ten of our own, sealed.</summary>
    protected async Task TenEntries()
    {
        await Trail.Write(await Institution(), 10);
        await Trail.Seal();
        (await Trail.Verify()).ShouldBe(new AuditReport(12, 1, 1, Fault: null));
    }

    protected async Task ShouldBreak(AuditFaultKind kind, long position, string? id = null)
    {
        var fault = (await Trail.Verify()).Fault.ShouldNotBeNull();
        fault.ToString().ShouldNotBeEmpty();
        (fault.Kind, fault.Position).ShouldBe((kind, position), fault.ToString());
        if (id is not null)
            fault.Id.ShouldBe(id);
    }
}
