using KenshinOtp.Api.TokenApp;
using KenshinOtp.Contracts;
using KenshinOtp.Portal;

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
    public const string Register = Root + "/register";
    public const string Exchange = Root + "/exchange";
    public const string Discontinue = Root + "/discontinue";
    public const string Resync = Root + "/resync";
    public const string Suspend = Root + "/suspend";
    public const string Resume = Root + "/resume";
    public const string Unlock = Root + "/unlock";
    public const string Mode = Root + "/mode";
    public const string Users = Root + "/users";
    public const string Result = Root + "/result";
    public const string Leave = Root + "/leave";
    public const string Message = Root + "/message";
    public const string Language = Root + "/language";

    /// <summary>Whether faults there are told by a page rather than by a problem document. The mailed link is no hosted page, but people open it too.</summary>
    public static bool Owns(PathString path) => path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase) || path == Link || path == DownloadEndpoint.Path;

    public static string Of(PortalPage page) => page switch
    {
        PortalPage.Issue => Issue,
        PortalPage.Confirm => Confirm,
        PortalPage.Manage => Manage,
        PortalPage.Register => Register,
        PortalPage.Exchange => Exchange,
        PortalPage.Discontinue => Discontinue,
        PortalPage.Mode => Mode,
        PortalPage.Users => Users,
        _ => throw new ArgumentOutOfRangeException(nameof(page)),
    };

    /// <summary>Where a user goes on.</summary>
    public static string Of(NextStep step) => step switch
    {
        NextStep.Issue => Issue,
        NextStep.Activate => Issued,
        NextStep.Confirm => Confirm,
        NextStep.Register => Register,
        NextStep.None => Manage,
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>The page for a user for whom an administrator acts; null: for the visitor.</summary>
    public static string For(string path, string? userId) => userId is null ? path : $"{path}?user={Uri.EscapeDataString(userId)}";

    public static string WithReceipt(string path, string number, string? userId = null) =>
        $"{path}?receipt={Uri.EscapeDataString(number)}{(userId is null ? "" : $"&user={Uri.EscapeDataString(userId)}")}";

    /// <summary>Back to the bank, by way of the session's end.</summary>
    public static string LeaveFrom(PortalVisit visit) => $"{Leave}?visit={visit.SessionId}";

    /// <summary>
    /// The address that switches to a language and comes back here. A single-use link shows its code to no page: there the browser itself
    /// asks for the link once more.
    /// </summary>
    public static string SwitchHref(HttpContext http, string language)
    {
        var here = LocalAddress.Asked(http);
        return here.Split('?')[0] == Link ? $"?lang={language}" : $"{Language}?to={language}&back={Uri.EscapeDataString(here)}";
    }

    /// <summary>Whether a page may send the browser there.</summary>
    public static bool IsOurs(string? path) =>
        path is not null && path.StartsWith(Root + "/", StringComparison.Ordinal) && LocalAddress.IsPlain(path);
}
