using Microsoft.AspNetCore.Diagnostics;

namespace KenshinOtp.Api.Pages;

/// <summary>Addresses of pages as this server has them: path and query.</summary>
internal static class LocalAddress
{
    /// <summary>What the browser asked for, also while a message page stands in for it.</summary>
    public static string Asked(HttpContext http) =>
        http.Features.Get<IStatusCodeReExecuteFeature>() is { } refused ? refused.OriginalPath + refused.OriginalQueryString
        : http.Features.Get<IExceptionHandlerPathFeature>() is { } failed ? failed.Path
        : http.Request.Path + http.Request.QueryString.Value;

    /// <summary>
    /// Whether a browser can read an address in one way only: it may be sent to one that came with the request if it is, and is one of ours. The query, in which
    /// addresses of phones hold dots in a row, leads nowhere.
    /// </summary>
    public static bool IsPlain(string address)
    {
        if (!address.All(c => c is > ' ' and <= '~' and not '\\'))
            return false;
        var path = Uri.UnescapeDataString(address.Split('?', '#')[0]); // browsers take %2e for a dot
        return !path.Any(c => c is '\\' || char.IsControl(c)) && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("..", StringComparison.Ordinal);
    }
}
