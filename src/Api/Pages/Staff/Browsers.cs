using KenshinOtp.Text;

namespace KenshinOtp.Api.Pages.Staff;

/// <summary>What a person calls the browser and the system that a <c>User-Agent</c> header names, from a short table: what it does not list is not guessed.</summary>
internal static class Browsers
{
    private const int MaxShown = 60;

    // The first that occurs counts: all but Firefox claim to be others as well.
    private static readonly (string Sign, string Name)[] Known =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
        ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("(Windows NT ", "Windows"), ("(iPhone;", "iPhone"), ("(iPad;", "iPad"), ("; Android ", "Android"), ("(Android ", "Android"), ("(X11; CrOS ", "ChromeOS"),
        ("(Macintosh;", "macOS"), ("(X11; Linux ", "Linux"), ("(X11; Ubuntu; Linux ", "Linux"),
    ];

    /// <returns>Browser and system, or null where either is unknown.</returns>
    public static (string Browser, string System)? Find(string agent) =>
        Of(Known, agent) is { } browser && Of(Systems, agent) is { } system ? (browser, system) : null;

    /// <summary>The header's own words, as many as a table has room for.</summary>
    public static string Short(string agent) => agent.Length <= MaxShown ? agent : Shortened.To(MaxShown, agent) + "…";

    private static string? Of((string Sign, string Name)[] table, string agent) =>
        Array.Find(table, line => agent.Contains(line.Sign, StringComparison.Ordinal)).Name;
}
