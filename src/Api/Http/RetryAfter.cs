using System.Globalization;

namespace KenshinOtp.Api.Http;

/// <summary>When to come back, as a header (RFC 9110 §10.2.3): whole seconds, rounded up, and never none.</summary>
internal static class RetryAfter
{
    /// <summary>While something is away that is likely to be back soon.</summary>
    public static readonly TimeSpan Away = TimeSpan.FromSeconds(5);

    public static void ComeBackAfter(this HttpResponse response, TimeSpan wait) =>
        response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
}
