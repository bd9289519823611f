using KenshinOtp.Data;
using KenshinOtp.Rotation;
using KenshinOtp.Security;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Configuration;

/// <summary>What every program that serves proves before it begins, in the one order in which it makes sense: none of them can forget a part of it.</summary>
public static class StartProof
{
    /// <summary>
    /// The schema is this program's and the master keys are this database's, which seal from now on; earlier keys that are missing are told in the log. A new
    /// database gets its first key. To be called before anything is sealed or opened.
    /// </summary>
    /// <exception cref="SchemaException">The schema is another.</exception>
    /// <exception cref="KeyRingException">The keys are others, or cannot be read.</exception>
    public static async Task ProveStart(this IServiceProvider services, CancellationToken ct)
    {
        await services.GetRequiredService<Migrator>().RequireCurrent(ct);
        await services.GetRequiredService<KeyCheck>().Verify(ct);
        await services.GetRequiredService<MissingKeys>().Warn(ct);
    }
}
