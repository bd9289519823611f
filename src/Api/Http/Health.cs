using System.Data.Common;
using KenshinOtp.Data;
using KenshinOtp.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KenshinOtp.Api.Http;

/// <summary>Ready: the database answers, its schema is the one this program was made for, and the master key is the one that sealed it.</summary>
internal sealed class ReadyCheck(Migrator migrator, KeyCheck keys) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await migrator.RequireCurrent(cancellationToken);
            await keys.Verify(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is DbException or SchemaException or KeyRingException)
        {
            return HealthCheckResult.Unhealthy(e is DbException ? "the database does not answer" : e.Message, e);
        }
    }
}
