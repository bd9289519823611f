using System.Net.Sockets;
using System.Threading.RateLimiting;
using KenshinOtp.Api.Pages.Portal;
using KenshinOtp.Api.Pages.Staff;
using KenshinOtp.Configuration;
using KenshinOtp.Institutions;

namespace KenshinOtp.Api.Http;

/// <summary>Keeps floods out: by API key, by remote address, and by what is asked for.</summary>
internal sealed class RateLimits(RateLimitSettings settings) : IDisposable
{
    public const string RelyingParty = "relyingParty";
    public const string Public = "public";

    private readonly PartitionedRateLimiter<string> _things =
        PartitionedRateLimiter.Create<string, string>(thing => Window(thing, settings.PerThing));

    private readonly PartitionedRateLimiter<string> _enrollments =
        PartitionedRateLimiter.Create<string, string>(institution => Window(institution, settings.EnrollmentsPerInstitution));

    private readonly PartitionedRateLimiter<string> _strangeKeys =
        PartitionedRateLimiter.Create<string, string>(address => Window(address, settings.PerAddress));

    public static RateLimitPartition<string> PerKey(HttpContext http, RateLimitSettings settings) =>
        http.Features.Get<ApiCaller>() is { } caller ? Window(caller.KeyId, settings.PerKey) : Window("nobody/" + Address(http), settings.PerAddress);

    public static RateLimitPartition<string> PerAddress(HttpContext http, RateLimitSettings settings) => Window(Address(http), settings.PerAddress);

    /// <returns>Null if the call may pass.</returns>
    public Results.Problem? Refusal(string thing) => Refusal(_things, thing, "Too many calls about the same thing.");

    /// <summary>Tokens that nobody owns must not fill the table: of one address only a few, and of an institution only as many as real phones would ask for.</summary>
    /// <returns>Null if the call may pass.</returns>
    public Results.Problem? EnrollmentRefusal(HttpContext http, InstitutionCode institution) =>
        Refusal("enrollment/" + Address(http)) ?? Refusal(_enrollments, institution.ToString(), "Too many new tokens of this institution.");

    /// <summary>Whoever tries API keys must not have each looked up. Keys that are known here are none of this: whose address they share does not matter.</summary>
    /// <returns>Null if a key that is not known here may be looked up.</returns>
    public Results.Problem? StrangeKeyRefusal(HttpContext http) => Refusal(_strangeKeys, Address(http), "Too many calls.", permits: 0);

    /// <summary>Counts a key that was looked up and opens nothing.</summary>
    public void CountStrangeKey(HttpContext http) => _strangeKeys.AttemptAcquire(Address(http)).Dispose();

    /// <summary>A problem for programs; for a page the status alone, which becomes a page on its way out.</summary>
    public static Task Refuse(HttpContext http, RateLimitLease lease)
    {
        if (!PortalPaths.Owns(http.Request.Path) && !StaffPaths.Owns(http.Request.Path))
            return Answer.Of(StatusCodes.Status429TooManyRequests, "rate_limited", "Too many calls.", retryAfter: Wait(lease)).Write(http);
        http.Response.ComeBackAfter(Wait(lease));
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _things.Dispose();
        _enrollments.Dispose();
        _strangeKeys.Dispose();
    }

    private static Results.Problem? Refusal(PartitionedRateLimiter<string> limiter, string key, string detail, int permits = 1)
    {
        using var lease = limiter.AttemptAcquire(key, permits);
        return lease.IsAcquired ? null : new(Results.ProblemKind.TooMany, "rate_limited", detail) { RetryAfter = Wait(lease) };
    }

    private static TimeSpan Wait(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(60);

    /// <summary>An IPv4 address, or the /64 network that one IPv6 customer has (RFC 6177 §2): whoever has that many addresses is still one.</summary>
    private static string Address(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress;
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(address.GetAddressBytes()[..8]) : address.ToString();
    }

    private static RateLimitPartition<string> Window(string key, int perMinute) => RateLimitPartition.GetSlidingWindowLimiter(
        key, _ => new SlidingWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 });
}
