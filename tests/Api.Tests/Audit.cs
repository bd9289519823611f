using KenshinOtp.Data;
using KenshinOtp.Support;
using Microsoft.Extensions.DependencyInjection;

namespace KenshinOtp.Api.Tests;

/// <summary>The audit trail as it stands in the database.</summary>
internal static class Audit
{
    public static Task<IReadOnlyList<string>> Actions(Centre centre) => Values(centre, "select action from audit_entry order by id");

    public static Task<IReadOnlyList<string>> Events(Centre centre) => Values(centre, "select type from event order by id");

    public static async Task<string?> Value(Centre centre, string sql)
    {
        await using var session = await centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.Find<string>(sql, args: null, CancellationToken.None);
    }

    public static async Task<IReadOnlyList<string>> Values(Centre centre, string sql)
    {
        await using var session = await centre.Services.GetRequiredService<Database>().Read(CancellationToken.None);
        return await session.List<string>(sql, args: null, CancellationToken.None);
    }
}
