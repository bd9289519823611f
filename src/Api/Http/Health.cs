using System.Data.Common;
using KenshinOtp.Data;
using KenshinOtp.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace KenshinOtp.Api.Http;

/// <summary>Ready: the database answers and can be written, its schema is the one this program was made for, and the master key is the one that sealed it.</summary>
internal sealed class ReadyCheck(Database database, Migrator migrator, KeyCheck keys) : IHealthCheck
{
    /// <summary>Who asks gives up after some seconds, and a database that takes longer serves nobody.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await migrator.RequireCurrent(cancellationToken);
            if (!await keys.Follow(cancellationToken))
                return HealthCheckResult.Unhealthy("the database names no master key");
            await using var session = await database.Read(cancellationToken);
            return await session.IsReadOnly(cancellationToken)
                ? HealthCheckResult.Unhealthy("the database can be read and not written")
                : HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is DbException or SchemaException or KeyRingException)
        {
            return HealthCheckResult.Unhealthy(e is DbException ? "the database does not answer" : e.Message, e);
        }
    }
}
