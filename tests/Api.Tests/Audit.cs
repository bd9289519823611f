using KenshinOtp.Data;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>The audit trail as it stands in the database.</summary>
internal static class Audit
{
    public static async Task<IReadOnlyList<string>> Actions(Centre centre)
    {
        await using var session = await centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.List<string>("select action from audit_entry order by id", args: null, CancellationToken.None);
    }

    public static async Task<string?> Value(Centre centre, string sql)
    {
        await using var session = await centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.Find<string>(sql, args: null, CancellationToken.None);
    }

    public static async Task<IReadOnlyList<string>> Events(Centre centre)
    {
        await using var session = await centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.List<string>("select type from event order by id", args: null, CancellationToken.None);
    }
}
