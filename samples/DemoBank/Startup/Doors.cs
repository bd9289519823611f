using KenshinOtp.DemoBank.Bank;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>Which bank an address leads to: <c>/personal/transfer</c> is the transfer of the bank <c>personal</c>.</summary>
internal static class Doors
{
    private const string StartPage = "/banks";

    /// <summary>Where no bank is needed: the start page, the props of the stage, the error page.</summary>
    private static readonly string[] Lobby = [StartPage, "/mailbox", "/drawer", "/error"];

    /// <summary>The pages that ask for no log-in.</summary>
    public static IReadOnlyList<string> OpenToAll { get; } = ["/Banks", "/Login/Index", "/Login/Password", "/Mailbox", "/Drawer", "/Error"];

    public static OpenBank Bank(this HttpContext? http) =>
        http?.Features.Get<OpenBank>() ?? throw new InvalidOperationException("This address is at no bank.");

    /// <summary>Takes the bank from the address. An address without one is the first bank's: there was only one, once.</summary>
    public static Task Enter(HttpContext http, RequestDelegate next, Banks banks)
    {
        var request = http.Request;
        if (http.Features.Get<OpenBank>() is not null)
            return next(http); // on the way to the error page
        if (request.Path == "/")
            request.Path = StartPage;
        if (Lobby.Any(path => request.Path.StartsWithSegments(path, StringComparison.Ordinal)))
            return next(http);

        var slug = request.Path.Value!.Split('/', 3)[1];
        if (banks.Find(slug) is not { } bank)
        {
            http.Response.Redirect($"/{banks.First.Profile.Slug}{request.Path}{request.QueryString}");
            return Task.CompletedTask;
        }

        http.Features.Set(bank);
        request.PathBase = $"/{slug}";
        request.Path = request.Path.StartsWithSegments(request.PathBase, StringComparison.Ordinal, out var rest) && rest.HasValue ? rest : "/";
        return next(http);
    }
}
