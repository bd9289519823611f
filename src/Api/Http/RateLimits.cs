using System.Globalization;
using System.Threading.RateLimiting;
using KenshinOtp.Api.Pages.Portal;
using KenshinOtp.Configuration;

namespace KenshinOtp.Api.Http;

/// <summary>Keeps floods out: by API key, by remote address, and by what is asked for.</summary>
internal sealed class RateLimits(RateLimitSettings settings) : IDisposable
{
    public const string RelyingParty = "relyingParty";
    public const string Public = "public";

    private readonly PartitionedRateLimiter<string> _things =
        PartitionedRateLimiter.Create<string, string>(thing => Window(thing, settings.PerThing));

    public static RateLimitPartition<string> PerKey(HttpContext http, RateLimitSettings settings) =>
        http.Features.Get<ApiCaller>() is { } caller ? Window(caller.KeyId, settings.PerKey) : Window("nobody/" + Address(http), settings.PerAddress);

    public static RateLimitPartition<string> PerAddress(HttpContext http, RateLimitSettings settings) => Window(Address(http), settings.PerAddress);

    /// <returns>Null if the call may pass.</returns>
    public Results.Problem? Refusal(string thing)
    {
        using var lease = _things.AttemptAcquire(thing);
        return lease.IsAcquired ? null : new(Results.ProblemKind.TooMany, "rate_limited", "Too many calls about the same thing.") { RetryAfter = Wait(lease) };
    }

    /// <summary>A problem for programs; for a hosted page the status alone, which becomes a page on its way out.</summary>
    public static Task Refuse(HttpContext http, RateLimitLease lease)
    {
        if (!PortalPaths.Owns(http.Request.Path))
            return Answer.Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many calls.", retryAfter: Wait(lease)).Write(http);
        http.Response.Headers.RetryAfter = Math.Ceiling(Wait(lease).TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        return Task.CompletedTask;
    }

    public void Dispose() => _things.Dispose();

    private static TimeSpan Wait(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(60);

    private static string Address(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static RateLimitPartition<string> Window(string key, int perMinute) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new SlidingWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 });
}
