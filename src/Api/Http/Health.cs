using System.Data.Common;
using KenshinOtp.Data;
using KenshinOtp.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KenshinOtp.Api.Http;

/// <summary>Ready: the database answers, its schema is the one this program was made for, and a master key is there.</summary>
internal sealed class ReadyCheck(Migrator migrator, IKeyRing keys) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await migrator.RequireCurrent(cancellationToken);
            return keys.CurrentId.Length > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("no master key");
        }
        catch (Exception e) when (e is DbException or SchemaException)
        {
            return HealthCheckResult.Unhealthy(e is SchemaException ? e.Message : "the database does not answer", e);
        }
    }
}
