using KenshinOtp.Contracts;
using KenshinOtp.Portal;
using Microsoft.AspNetCore.Diagnostics;

namespace KenshinOtp.Api.Pages.Portal;

/// <summary>The addresses of the hosted pages.</summary>
internal static class PortalPaths
{
    public const string Root = "/portal";
    public const string Link = "/p";
    public const string Issue = Root + "/issue";
    public const string Issued = Root + "/issued";
    public const string Confirm = Root + "/confirm";
    public const string Manage = Root + "/manage";
    public const string Revoke = Root + "/revoke";
    public const string Result = Root + "/result";
    public const string Message = Root + "/message";
    public const string Language = Root + "/language";

    /// <summary>Whether faults there are told by a page rather than by a problem document.</summary>
    public static bool Owns(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal) || path == Link;

    public static string Of(PortalPage page) => page switch
    {
        PortalPage.Issue => Issue,
        PortalPage.Confirm => Confirm,
        PortalPage.Manage => Manage,
        _ => throw new ArgumentOutOfRangeException(nameof(page)),
    };

    /// <summary>Where a user goes on.</summary>
    public static string Of(NextStep step) => step switch
    {
        NextStep.Issue => Issue,
        NextStep.Activate => Issued,
        NextStep.Confirm => Confirm,
        NextStep.Register or NextStep.None => Manage,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    public static string WithReceipt(string path, string number) => $"{path}?receipt={Uri.EscapeDataString(number)}";

    public static string Accent(string color) => $"{Root}/accent/{color.TrimStart('#').ToLowerInvariant()}.css";

    /// <summary>Whether a page may send the browser there: one of ours, and nothing that a browser could read otherwise.</summary>
    public static bool IsOurs(string? path) =>
        path is not null && path.StartsWith(Root + "/", StringComparison.Ordinal) && path.All(c => c is > ' ' and <= '~' and not '\\')
        && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("..", StringComparison.Ordinal);
}

/// <summary>What the browser asked for, also while a message page stands in for it.</summary>
internal static class Asked
{
    public static string By(HttpContext http) =>
        http.Features.Get<IStatusCodeReExecuteFeature>() is { } refused ? refused.OriginalPath + refused.OriginalQueryString
        : http.Features.Get<IExceptionHandlerPathFeature>() is { } failed ? failed.Path
        : http.Request.Path + http.Request.QueryString.Value;
}
