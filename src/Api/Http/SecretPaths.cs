using KenshinOtp.Security;
using Microsoft.AspNetCore.Http.Features;

namespace KenshinOtp.Api.Http;

/// <summary>The code of a mailed or single-use link, taken out of the request's path.</summary>
internal sealed record LinkCode(BearerCode Code);

/// <summary>
/// The links <c>/d/{code}</c> and <c>/p/{code}</c> carry a secret in their path. It is taken out before anything else sees the request, so that no
/// log, at any level, can write it down; what would write the path earlier is silenced in <see cref="SilenceRequestLogs"/>.
/// </summary>
internal static class SecretPaths
{
    private const string BadRequests = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    private static readonly string[] Silenced = ["Microsoft.AspNetCore.Hosting.Diagnostics", BadRequests];
    private static readonly string[] Taken = ["Microsoft.AspNetCore.Hosting", BadRequests];
    private static readonly string[] Prefixes = ["/d/", "/p/"];

    public static void UseSecretPaths(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var path = "/" + http.Request.Path.Value?.TrimStart('/'); // however many there are, the code is a code
        if (Array.Find(Prefixes, prefix => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            if (BearerCode.TryParse(path[found.Length..], out var code))
                http.Features.Set(new LinkCode(code));
            http.Request.Path = found.TrimEnd('/');
            http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = found;
        }

        return next(http);
    });

    /// <summary>
    /// The framework's own start and finish lines hold the path and query, and what it cannot read as a request it shows as it came, headers and all; no
    /// configuration can turn them on again.
    /// </summary>
    public static void SilenceRequestLogs(this IServiceCollection services) => services.PostConfigure<LoggerFilterOptions>(options =>
    {
        foreach (var rule in options.Rules.Where(rule => Array.Exists(Taken, prefix => rule.CategoryName?.StartsWith(prefix, StringComparison.Ordinal) == true)).ToList())
            options.Rules.Remove(rule);
        var providers = options.Rules.Select(rule => rule.ProviderName).Append(element: null).Distinct(StringComparer.Ordinal).ToList();
        foreach (var category in Silenced)
            providers.ForEach(provider => options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.None, filter: null)));
    });
}
